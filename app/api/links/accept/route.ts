import { linkRoutes } from '#lib/console/link-routes.ts';

export const POST = linkRoutes.accept;
