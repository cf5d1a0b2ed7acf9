import { accountRoutes } from '#lib/console/account-routes.ts';

export const POST = accountRoutes.password;
