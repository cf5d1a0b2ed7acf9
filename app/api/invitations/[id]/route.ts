import { linkRoutes } from '#lib/console/link-routes.ts';

export const DELETE = linkRoutes.revoke;
