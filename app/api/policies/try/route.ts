import { policyRoutes } from '#lib/console/policy-routes.ts';

export const POST = policyRoutes.try;
