import { linkRoutes } from '#lib/console/link-routes.ts';

export const GET = linkRoutes.list;
export const POST = linkRoutes.invite;
