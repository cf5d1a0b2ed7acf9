import { teamRoutes } from '#lib/console/team-routes.ts';

export const GET = teamRoutes.list;
export const POST = teamRoutes.create;
