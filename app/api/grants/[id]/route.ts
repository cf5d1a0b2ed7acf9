import { grantRoutes } from '#lib/console/grant-routes.ts';

export const DELETE = grantRoutes.remove;
