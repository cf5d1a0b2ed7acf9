import { userRoutes } from '#lib/console/user-routes.ts';

export const DELETE = userRoutes.resetSecondFactor;
