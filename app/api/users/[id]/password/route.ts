import { userRoutes } from '#lib/console/user-routes.ts';

export const POST = userRoutes.setPassword;
