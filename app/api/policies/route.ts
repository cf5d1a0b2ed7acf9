import { policyRoutes } from '#lib/console/policy-routes.ts';

export const GET = policyRoutes.list;
export const POST = policyRoutes.create;
