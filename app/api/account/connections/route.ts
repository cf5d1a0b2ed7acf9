import { connectionRoutes } from '#lib/console/connection-routes.ts';

export const GET = connectionRoutes.list;
export const POST = connectionRoutes.begin;
