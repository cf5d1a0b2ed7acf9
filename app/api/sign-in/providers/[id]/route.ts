import { signInRoutes } from '#lib/console/sign-in-routes.ts';

export const PATCH = signInRoutes.updateProvider;
export const DELETE = signInRoutes.removeProvider;
