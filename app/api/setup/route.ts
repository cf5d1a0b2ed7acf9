import { setupRoute } from '#lib/console/setup-route.ts';

export const POST = setupRoute;
