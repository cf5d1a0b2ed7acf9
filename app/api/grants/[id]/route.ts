import { grantRoutes } from '#lib/console/grant-routes.ts';

export const PATCH = grantRoutes.update;
export const DELETE = grantRoutes.remove;
