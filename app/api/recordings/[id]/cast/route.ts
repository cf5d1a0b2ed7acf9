import { recordingRoutes } from '#lib/console/recording-routes.ts';

export const GET = recordingRoutes.cast;
