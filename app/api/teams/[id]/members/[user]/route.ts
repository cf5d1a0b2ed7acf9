import { teamRoutes } from '#lib/console/team-routes.ts';

export const DELETE = teamRoutes.removeMember;
