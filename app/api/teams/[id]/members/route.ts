import { teamRoutes } from '#lib/console/team-routes.ts';

export const POST = teamRoutes.addMember;
