import { userRoutes } from '#lib/console/user-routes.ts';

export const GET = userRoutes.tokens;
export const POST = userRoutes.createToken;
