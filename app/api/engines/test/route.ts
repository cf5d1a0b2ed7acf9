import { engineRoutes } from '#lib/console/engine-routes.ts';

export const POST = engineRoutes.test;
