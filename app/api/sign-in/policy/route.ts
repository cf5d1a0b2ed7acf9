import { signInRoutes } from '#lib/console/sign-in-routes.ts';

export const GET = signInRoutes.policy;
export const PATCH = signInRoutes.updatePolicy;
