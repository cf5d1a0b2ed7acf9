import { grantRoutes } from '#lib/console/grant-routes.ts';

export const GET = grantRoutes.roles;
