import { trailRoutes } from '#lib/console/trail-routes.ts';

export const GET = trailRoutes.get;
export const PATCH = trailRoutes.update;
