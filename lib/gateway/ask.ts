import type { Readable } from 'node:stream';
import type { Engines } from '#lib/engine/types.ts';
import { appError, type ErrorCode } from '#lib/shared/errors.ts';

/** A question of our own to an engine about an object that somebody named. */
export interface Ask {
  engines: Pick<Engines, 'request' | 'apiVersion'>;
  engineId: string;
  signal: AbortSignal;
  timeoutMs: number;
}

const answerBytesMax = 16 * 1024 * 1024;

/** GETs a path and gives its JSON; undefined for 404. Every other refusal is thrown with the engine's own words. */
export async function askEngine(ask: Ask, path: string): Promise<unknown> {
  const { status, text } = await get(ask, path);
  if (status === 404) return undefined;
  if (status !== 200) throw engineRefusal(status, text);
  return parse(text);
}

/** The same where 404 is a refusal like others. */
export async function askEngineFor(ask: Ask, path: string): Promise<unknown> {
  const { status, text } = await get(ask, path);
  if (status !== 200) throw engineRefusal(status, text);
  return parse(text);
}

async function get(ask: Ask, path: string): Promise<{ status: number; text: string }> {
  const version = ask.engines.apiVersion(ask.engineId);
  const { status, body } = await ask.engines.request(ask.engineId, {
    method: 'GET',
    path: version ? `/v${version}${path}` : path,
    headers: { host: 'docker', 'user-agent': 'pilothouse' },
    signal: ask.signal,
    headTimeoutMs: ask.timeoutMs,
  });
  return { status, text: (await readAll(body, answerBytesMax)).toString() };
}

/** Reads a stream to its end; too-large above `bytesMax` or what `take` throws, and the stream is destroyed then. */
export async function readAll(body: Readable, bytesMax: number, take?: (bytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw appError('too-large', `The body is larger than ${Math.floor(bytesMax / 1024)} KB.`);
    take?.(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'bad-request',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  503: 'unavailable',
};

/** The engine's refusal as an error of ours that keeps the engine's own words. */
export function engineRefusal(status: number, text: string): Error {
  return appError(codes[status] ?? 'internal', engineMessage(text) ?? `The engine answered with status ${status}.`);
}

/** `message` of the engine's error JSON. */
export function engineMessage(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string') {
      return parsed.message.slice(0, 2000);
    }
  } catch {
    // Plain text, as old engines and proxies before them answer.
  }
  return text.trim().slice(0, 500) || undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw appError('engine-unreachable', 'The engine answered with something that is not JSON.', error);
  }
}
