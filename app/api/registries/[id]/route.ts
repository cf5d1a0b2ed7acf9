import { registryRoutes } from '#lib/console/registry-routes.ts';

export const PATCH = registryRoutes.update;
export const DELETE = registryRoutes.remove;
