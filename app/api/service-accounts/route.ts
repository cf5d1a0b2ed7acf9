import { userRoutes } from '#lib/console/user-routes.ts';

export const GET = userRoutes.serviceAccounts;
export const POST = userRoutes.createServiceAccount;
