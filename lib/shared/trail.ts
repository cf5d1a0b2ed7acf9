import { z } from 'zod';

/** How the trail is kept and told, and which terminals are recorded: what the settings page and the API share. */

const id = z.string().regex(/^[a-z0-9]{1,32}$/);
const name = z.string().trim().min(1, 'Give it a name.').max(60);
const host = z
  .string()
  .trim()
  .min(1, 'Name the host.')
  .max(253)
  .regex(/^[A-Za-z0-9.:_-]+$/, 'This is no host name or address.');

export const fileSinkSchema = z.strictObject({
  kind: z.literal('file'),
  id,
  name,
  path: z.string().trim().min(1, 'Name the file.').max(1000),
});
export const syslogSinkSchema = z.strictObject({
  kind: z.literal('syslog'),
  id,
  name,
  transport: z.enum(['udp', 'tcp', 'unix']),
  host: host.optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  /** Of a stream socket. */
  path: z.string().trim().min(1).max(100).optional(),
});
export const webhookSinkSchema = z.strictObject({
  kind: z.literal('webhook'),
  id,
  name,
  url: z.url({ protocol: /^https?$/, error: 'This is no http or https address.' }).max(2000),
  /** Signs each post. Absent in a change: it stays as it is. Never told back. */
  secret: z.string().min(16, 'At least 16 characters.').max(2000).optional(),
});
/** Where each record goes as it is stored. */
export const sinkSchema = z.discriminatedUnion('kind', [fileSinkSchema, syslogSinkSchema, webhookSinkSchema]);
export type SinkConfig = z.infer<typeof sinkSchema>;

export const recordingRuleSchema = z.strictObject({
  kind: z.enum(['all', 'tag', 'engine']),
  /** The tag, or the engine's id; '' for all. */
  value: z.string().max(100),
});
/** Whose terminals are recorded: on every engine, on those with a tag, on one. */
export type RecordingRule = z.infer<typeof recordingRuleSchema>;

const days = z.number().int().min(1).max(36_500).nullable();
export const trailSettingsSchema = z.strictObject({
  /** Records older than this are removed; null: never. */
  retentionDays: days,
  /** Recordings older than this are removed; null: never. */
  recordingDays: days,
  sinks: z.array(sinkSchema).max(10),
  recordingRules: z.array(recordingRuleSchema).max(50),
  /** What is kept of what people type: only what the terminal showed as they typed it, or nothing. */
  recordInput: z.enum(['echoed', 'none']),
});
export type TrailSettings = z.infer<typeof trailSettingsSchema>;
export const trailSettingsChange = trailSettingsSchema.partial();
export type TrailSettingsChange = z.infer<typeof trailSettingsChange>;

export const defaultTrailSettings: TrailSettings = {
  retentionDays: null,
  recordingDays: null,
  sinks: [],
  recordingRules: [],
  recordInput: 'echoed',
};

/** How a sink is doing. Times are ms since 1970. */
export const sinkStateSchema = z.object({
  id: z.string(),
  queued: z.number(),
  /** Since the console's start: the queue was full. */
  dropped: z.number(),
  delivered: z.number(),
  lastDeliveredAt: z.number().optional(),
  lastError: z.string().optional(),
  lastErrorAt: z.number().optional(),
});
export type SinkState = z.infer<typeof sinkStateSchema>;

/** Whether a terminal on this engine is recorded. */
export function isRecordedOn(
  rules: readonly RecordingRule[],
  engine: { id: string; tags: readonly string[] },
): boolean {
  return rules.some(
    ({ kind, value }) =>
      kind === 'all' || (kind === 'tag' && engine.tags.includes(value)) || (kind === 'engine' && value === engine.id),
  );
}
