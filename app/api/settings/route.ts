import { settingsRoutes } from '#lib/console/settings-routes.ts';

export const GET = settingsRoutes.get;
export const PATCH = settingsRoutes.update;
