import { z } from 'zod';
import { callEngine, type EngineCall } from '#lib/docker/call.ts';
import { readJsonLines } from '#lib/docker/json-lines.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { JobItem, JobStep } from '#lib/shared/realtime.ts';

const layersMax = 200;
const textCharsMax = 1024 * 1024;
const messageCharsMax = 2000;

/** Answers that are a stream of progress, with failures inside a 200. */
const progressPath = /^\/(images\/create|images\/.+\/push|images\/load|build|plugins\/.+)$/;

/**
 * Sends one step through the door and reads its answer to the end. Returns the result in words for people. Throws
 * AppError for refusals, for the engine's errors, and for an error inside a stream of progress.
 */
export async function runStep(
  door: Door,
  principal: Principal,
  step: JobStep,
  signal: AbortSignal,
  onProgress: (progress: Pick<JobItem, 'message' | 'layers'>) => void,
): Promise<{ message?: string; auditId?: string }> {
  const { path, query } = splitPath(step.path);
  const call: EngineCall = { engine: step.engine, method: step.method, path, query, body: step.body };
  const reply = await callEngine(door, principal, call, signal);
  const { auditId } = reply;
  try {
    if (progressPath.test(path)) return { message: await readProgress(reply.body, onProgress), auditId };
    return { message: await readResult(reply.body), auditId };
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { auditId }) : error;
  }
}

function splitPath(full: string): { path: string; query: Record<string, string> } {
  const at = full.indexOf('?');
  if (at < 0) return { path: full, query: {} };
  return { path: full.slice(0, at), query: Object.fromEntries(new URLSearchParams(full.slice(at + 1))) };
}

const detailSchema = z.object({ current: z.number().optional(), total: z.number().optional() }).nullish();
const progressSchema = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  stream: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string() }).nullish(),
  progressDetail: detailSchema,
  aux: z.object({ ID: z.string().optional(), Digest: z.string().optional() }).nullish().catch(undefined),
});

async function readProgress(
  body: AsyncIterable<Buffer | string> | undefined,
  onProgress: (progress: Pick<JobItem, 'message' | 'layers'>) => void,
): Promise<string | undefined> {
  const layers = new Map<string, NonNullable<JobItem['layers']>[number]>();
  let message: string | undefined;
  for await (const lines of readJsonLines(body)) {
    for (const line of lines) {
      const parsed = progressSchema.safeParse(tryJson(line));
      if (!parsed.success) continue;
      const { id, status, stream, error, errorDetail, progressDetail, aux } = parsed.data;
      if (error || errorDetail) throw appError('conflict', errorDetail?.message ?? error ?? 'The engine gave up.');
      if (aux?.ID ?? aux?.Digest) message = aux?.ID ?? aux?.Digest;
      const text = (stream ?? status ?? '').trim();
      // `Pulling from library/busybox` carries the tag as its id; layers have hexadecimal ones.
      if (id && /^[0-9a-f]{6,}$/.test(id)) {
        if (layers.has(id) || layers.size < layersMax) {
          layers.set(id, { id, status: status ?? '', current: progressDetail?.current, total: progressDetail?.total });
        }
      } else if (text) message = text;
    }
    onProgress({
      message: message?.slice(0, messageCharsMax),
      layers: layers.size > 0 ? [...layers.values()] : undefined,
    });
  }
  return message?.slice(0, messageCharsMax);
}

const resultSchema = z.object({
  Id: z.string().optional(),
  Name: z.string().optional(),
  SpaceReclaimed: z.number().optional(),
  StatusCode: z.number().optional(),
  Warnings: z.array(z.string()).nullish(),
});

async function readResult(body: AsyncIterable<Buffer | string> | undefined): Promise<string | undefined> {
  let text = '';
  for await (const chunk of body ?? []) if (text.length < textCharsMax) text += String(chunk);
  const json = tryJson(text);
  if (Array.isArray(json)) return describeRemoved(json);
  const parsed = resultSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { Id, Name, SpaceReclaimed, StatusCode, Warnings } = parsed.data;
  if (SpaceReclaimed !== undefined) return `${SpaceReclaimed} bytes reclaimed`;
  if (StatusCode !== undefined) return `exit code ${StatusCode}`;
  const warnings = (Warnings ?? []).join(' ');
  return [Id ?? Name, warnings].filter(Boolean).join(' ').slice(0, messageCharsMax) || undefined;
}

function describeRemoved(rows: unknown[]): string | undefined {
  const schema = z.object({ Deleted: z.string().optional(), Untagged: z.string().optional() });
  const parsed = rows.map((row) => schema.safeParse(row).data);
  const deleted = parsed.filter((row) => row?.Deleted).length;
  const untagged = parsed.filter((row) => row?.Untagged).length;
  return deleted + untagged === 0 ? undefined : `${untagged} untagged, ${deleted} deleted`;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
