import { secondFactorRoutes } from '#lib/console/second-factor-routes.ts';

export const GET = secondFactorRoutes.list;
export const POST = secondFactorRoutes.add;
