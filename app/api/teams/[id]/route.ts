import { teamRoutes } from '#lib/console/team-routes.ts';

export const GET = teamRoutes.get;
export const PATCH = teamRoutes.update;
export const DELETE = teamRoutes.remove;
