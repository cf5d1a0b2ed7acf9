import { userRoutes } from '#lib/console/user-routes.ts';

export const PATCH = userRoutes.update;
export const DELETE = userRoutes.remove;
