import { registryRoutes } from '#lib/console/registry-routes.ts';

export const GET = registryRoutes.list;
export const POST = registryRoutes.add;
