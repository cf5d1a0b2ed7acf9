import { engineRoutes } from '#lib/console/engine-routes.ts';

export const GET = engineRoutes.list;
export const POST = engineRoutes.add;
