import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Door, DoorReply, DoorRequest } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import { appError, type ErrorCode, errorStatus } from '#lib/shared/errors.ts';

/** One call of the Engine API as our own code makes it. */
export interface EngineCall {
  /** Name, alias or id of the engine. */
  engine: string;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Without version prefix; its parts already encoded (`enginePath`). */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  upgrade?: boolean;
  /** The console's own exec beside a person's terminal: not recorded. */
  isHelper?: boolean;
  headers?: Record<string, string>;
}

/** Fills a path's parts in, encoded: ``enginePath`/containers/${id}/json` ``. */
export function enginePath(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.map((part, i) => part + (i < values.length ? encodeURIComponent(values[i] ?? '') : '')).join('');
}

/** Builds the door's request from a call. Absent query values are left out; booleans become 1 and 0, as Docker reads. */
export function doorRequest(call: EngineCall): DoorRequest {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) query.append(name, typeof value === 'boolean' ? (value ? '1' : '0') : String(value));
  }
  const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const headers: Record<string, string> = { ...call.headers };
  if (body) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = String(body.length);
  }
  if (call.upgrade) {
    headers.connection = 'Upgrade';
    headers.upgrade = 'tcp';
  }
  return {
    engine: call.engine,
    method: call.method,
    rawPath: call.path,
    rawQuery: query.toString(),
    headers,
    body,
    upgrade: call.upgrade ? { protocol: 'tcp' } : undefined,
    isHelper: call.isHelper,
  };
}

/** Sends a call through the door. Throws AppError for refusals and for every answer of 400 and above. */
export async function callEngine(
  door: Door,
  principal: Principal,
  call: EngineCall,
  signal: AbortSignal,
): Promise<DoorReply> {
  return checkReply(await door.dispatch(principal, doorRequest(call), signal));
}

/** Sends a call and parses the JSON that comes back. Throws AppError; `internal` when the answer has another shape. */
export async function callJson<T>(
  door: Door,
  principal: Principal,
  call: EngineCall,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const reply = await callEngine(door, principal, call, signal);
  const text = await readText(reply.body, bodyBytesMax);
  return parseJson(text, schema, `${call.method} ${call.path}`);
}

/** Sends a call whose answer's content does not matter, and reads it off so that the connection is free again. */
export async function callForEffect(
  door: Door,
  principal: Principal,
  call: EngineCall,
  signal: AbortSignal,
): Promise<{ status: number; auditId?: string }> {
  const reply = await callEngine(door, principal, call, signal);
  await readText(reply.body, bodyBytesMax);
  return { status: reply.status, auditId: reply.auditId };
}

const bodyBytesMax = 64 * 1024 * 1024;
const messageBytesMax = 64 * 1024;

/** Passes a good answer on; turns one of 400 and above into an AppError with the engine's own words. */
export async function checkReply(reply: DoorReply): Promise<DoorReply> {
  if (reply.status < 400) return reply;
  const text = await readText(reply.body, messageBytesMax).catch(() => '');
  const error = appError(codeOfStatus(reply.status), engineMessage(text) || `The engine answered ${reply.status}.`);
  throw Object.assign(error, { auditId: reply.auditId });
}

/** The nearest of our codes for an engine's status: its 500 is the engine's failure to do it, told as a conflict. */
export function codeOfStatus(status: number): ErrorCode {
  // An engine's 401 is about a registry or the engine, and must not send the person to our sign-in page.
  if (status === 401) return 'forbidden';
  const known = Object.entries(errorStatus).find(([code, value]) => value === status && code !== 'internal');
  if (known) return known[0] as ErrorCode;
  return status < 500 ? 'bad-request' : 'conflict';
}

/** The sentence in an engine's error body, JSON or plain text. */
export function engineMessage(text: string): string {
  const parsed = z.object({ message: z.string() }).safeParse(tryJson(text));
  return (parsed.success ? parsed.data.message : text).trim().slice(0, 4000);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseJson<T>(text: string, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(tryJson(text));
  if (parsed.success) return parsed.data;
  throw appError('internal', `The engine's answer to ${what} has a shape that Pilothouse does not know.`, parsed.error);
}

async function readText(body: Readable | undefined, bytesMax: number): Promise<string> {
  if (!body) return '';
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += part.length;
    if (bytes > bytesMax) throw appError('too-large', `The engine's answer is larger than ${bytesMax} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
