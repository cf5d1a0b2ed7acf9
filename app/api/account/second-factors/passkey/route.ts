import { secondFactorRoutes } from '#lib/console/second-factor-routes.ts';

export const GET = secondFactorRoutes.assertion;
export const POST = secondFactorRoutes.beginPasskey;
