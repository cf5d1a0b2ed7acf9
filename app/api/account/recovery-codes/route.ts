import { secondFactorRoutes } from '#lib/console/second-factor-routes.ts';

export const POST = secondFactorRoutes.recoveryCodes;
