import { roleRoutes } from '#lib/console/role-routes.ts';

export const PATCH = roleRoutes.update;
export const DELETE = roleRoutes.remove;
