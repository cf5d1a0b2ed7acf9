import { z } from 'zod';
import type { Operation } from '#lib/shared/operations.ts';
import { consoleOperations, engineOperations } from '#lib/shared/operations.ts';

const ms = z.number();

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  kind: z.enum(['person', 'service']).default('person'),
  disabled: z.boolean(),
  createdAt: ms,
  lastSeenAt: ms.optional(),
  secondFactor: z.boolean().optional(),
  teams: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});
export const resourceSchema = z.object({
  labels: z.array(z.string()).optional(),
  project: z.string().optional(),
  name: z.string().optional(),
  images: z.array(z.string()).optional(),
});
export const grantDraftSchema = z.object({
  role: z.string(),
  scope: z.object({ kind: z.enum(['all', 'tag', 'engine']), value: z.string() }),
  resource: resourceSchema.optional(),
  expiresAt: ms.optional(),
  reason: z.string().optional(),
});
export const grantSchema = grantDraftSchema.extend({
  id: z.string(),
  subjectKind: z.enum(['user', 'team', 'token']),
  subjectId: z.string(),
  subjectName: z.string().default(''),
  engineName: z.string().optional(),
});
export const teamSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  createdAt: ms,
  members: z.number(),
});
export const teamMemberSchema = z.object({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  kind: z.enum(['person', 'service']),
  disabled: z.boolean(),
  sources: z.array(z.enum(['manual', 'sso'])),
});
const operationNames = new Set<string>([...engineOperations, ...consoleOperations]);
const operationSchema = z.string().refine((name): name is Operation => operationNames.has(name));
export const roleSchema = z.object({
  name: z.string(),
  description: z.string(),
  builtIn: z.boolean(),
  patterns: z.array(z.string()),
  operations: z.array(operationSchema),
  hostAccess: z.boolean(),
  seeSecrets: z.boolean(),
  grants: z.number(),
});
export const sessionSchema = z.object({
  id: z.string(),
  createdAt: ms,
  lastSeenAt: ms,
  expiresAt: ms,
  userAgent: z.string(),
  address: z.string(),
});
export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  createdAt: ms,
  expiresAt: ms.optional(),
  lastUsedAt: ms.optional(),
  /** It has grants of its own, which limit it, also when none of them is left. */
  limited: z.boolean().default(false),
  grants: z.array(grantSchema).default([]),
});
export const madeTokenSchema = z.object({ secret: z.string(), lacking: z.array(z.string()).default([]) });
export const registrySchema = z.object({ id: z.string(), address: z.string(), username: z.string(), createdAt: ms });
export const engineSchema = z.object({
  id: z.string(),
  name: z.string(),
  aliases: z.array(z.string()),
  tags: z.array(z.string()),
  url: z.string(),
  transport: z.enum(['unix', 'tcp', 'tls', 'ssh']),
  hostKey: z.string().optional(),
});
export const engineTestSchema = z.object({
  ok: z.boolean(),
  message: z.string(),
  version: z.string().optional(),
  apiVersion: z.string().optional(),
  hostKey: z.string().optional(),
});
export const auditRecordSchema = z.object({
  id: z.string(),
  at: ms,
  userId: z.string().optional(),
  email: z.string().optional(),
  via: z.string().optional(),
  address: z.string().optional(),
  operation: z.string(),
  engineId: z.string().optional(),
  engineName: z.string().optional(),
  targets: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })),
  params: z.record(z.string(), z.unknown()).optional(),
  outcome: z.enum(['pending', 'done', 'failed', 'denied', 'unknown']),
  status: z.number().optional(),
  reason: z.string().optional(),
  bytesIn: z.number().optional(),
  bytesOut: z.number().optional(),
  durationMs: z.number().optional(),
  error: z.string().optional(),
  count: z.number(),
});
/** As far as the account page needs it. */
export const accountSchema = z.object({ grants: z.array(grantSchema) });

/** `{rows: [...]}`, as every list of the console's API answers. */
export function rowsOf<T extends z.ZodType>(row: T) {
  return z.object({ rows: z.array(row) });
}

export type UserShown = z.infer<typeof userSchema>;
export type GrantShown = z.infer<typeof grantSchema>;
export type TeamShown = z.infer<typeof teamSchema>;
export type TeamMemberShown = z.infer<typeof teamMemberSchema>;
export type RoleShown = z.infer<typeof roleSchema>;
export type SessionShown = z.infer<typeof sessionSchema>;
export type TokenShown = z.infer<typeof tokenSchema>;
export type RegistryShown = z.infer<typeof registrySchema>;
export type EngineShown = z.infer<typeof engineSchema>;
export type AuditShown = z.infer<typeof auditRecordSchema>;
