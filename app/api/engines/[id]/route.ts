import { engineRoutes } from '#lib/console/engine-routes.ts';

export const PATCH = engineRoutes.update;
export const DELETE = engineRoutes.remove;
