import { userRoutes } from '#lib/console/user-routes.ts';

export const GET = userRoutes.list;
export const POST = userRoutes.create;
