import { grantRoutes } from '#lib/console/grant-routes.ts';

export const GET = grantRoutes.list;
export const POST = grantRoutes.add;
