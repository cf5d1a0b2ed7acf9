import { connectionRoutes } from '#lib/console/connection-routes.ts';

export const DELETE = connectionRoutes.end;
