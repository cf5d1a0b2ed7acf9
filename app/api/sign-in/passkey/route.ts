export { passkeyOptionsRoute as GET } from '#lib/console/sign-in-routes.ts';
