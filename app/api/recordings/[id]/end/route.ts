import { recordingRoutes } from '#lib/console/recording-routes.ts';

export const POST = recordingRoutes.end;
