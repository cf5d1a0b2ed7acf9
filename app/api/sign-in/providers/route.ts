import { signInRoutes } from '#lib/console/sign-in-routes.ts';

export const GET = signInRoutes.providers;
export const POST = signInRoutes.createProvider;
