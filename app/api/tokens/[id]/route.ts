import { accountRoutes } from '#lib/console/account-routes.ts';

export const DELETE = accountRoutes.revokeToken;
