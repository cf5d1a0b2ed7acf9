import { accountRoutes } from '#lib/console/account-routes.ts';

export const GET = accountRoutes.get;
export const PATCH = accountRoutes.update;
