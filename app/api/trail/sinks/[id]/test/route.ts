import { trailRoutes } from '#lib/console/trail-routes.ts';

export const POST = trailRoutes.testSink;
