import { roleRoutes } from '#lib/console/role-routes.ts';

export const GET = roleRoutes.list;
export const POST = roleRoutes.create;
