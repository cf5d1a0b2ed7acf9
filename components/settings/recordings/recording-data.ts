import { z } from 'zod';

export const recordingSchema = z.object({
  id: z.string(),
  auditId: z.string().optional(),
  at: z.number(),
  email: z.string().optional(),
  via: z.string().optional(),
  address: z.string().optional(),
  engineName: z.string(),
  containerId: z.string(),
  containerName: z.string(),
  kind: z.enum(['exec', 'attach']),
  command: z.array(z.string()),
  state: z.enum(['running', 'ended', 'lost']),
  durationMs: z.number(),
  bytes: z.number(),
  note: z.string().optional(),
});
export type RecordingShown = z.infer<typeof recordingSchema>;

export const listSchema = z.object({ rows: z.array(recordingSchema), more: z.boolean() });
export const hitsSchema = z.object({
  hits: z.array(
    z.object({
      recording: recordingSchema,
      seconds: z.number(),
      where: z.enum(['typed', 'shown']),
      excerpt: z.string(),
    }),
  ),
  before: z.string().optional(),
  searched: z.number(),
});
export type HitShown = z.infer<typeof hitsSchema>['hits'][number];

/** What a person knows it by. */
export function titleOf({ command, containerName, engineName }: RecordingShown): string {
  return `${command.join(' ') || 'attach'} in ${containerName} on ${engineName}`;
}

/** 75,000 ms as 1:15. */
export function clockOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}
