import { secondFactorRoutes } from '#lib/console/second-factor-routes.ts';

export const PATCH = secondFactorRoutes.rename;
export const DELETE = secondFactorRoutes.remove;
