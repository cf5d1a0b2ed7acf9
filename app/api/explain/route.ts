import { explainRoutes } from '#lib/console/explain-routes.ts';

export const GET = explainRoutes.explain;
