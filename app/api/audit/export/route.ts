import { auditRoutes } from '#lib/console/audit-routes.ts';

export const GET = auditRoutes.export;
