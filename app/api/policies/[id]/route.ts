import { policyRoutes } from '#lib/console/policy-routes.ts';

export const PATCH = policyRoutes.update;
export const DELETE = policyRoutes.remove;
