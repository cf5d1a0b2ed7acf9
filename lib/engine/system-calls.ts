import type { Readable } from 'node:stream';
import Docker from 'dockerode';
import { z } from 'zod';
import { type AppError, appError } from '#lib/shared/errors.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import { readBody } from './request.ts';
import type { EngineRequest, EngineResponse } from './types.ts';

/**
 * All that the console itself asks of an engine, beside what people ask through the door: reads, and no others. A test
 * asserts this list.
 */
export const systemCalls = {
  'system.ping': '/_ping',
  'system.version': '/version',
  'system.info': '/info',
  'system.events': '/events',
  'container.list': '/containers/json',
  'image.list': '/images/json',
  'network.list': '/networks',
  'volume.list': '/volumes',
} as const satisfies Partial<Record<EngineOperation, string>>;

const allowedPaths: ReadonlySet<string> = new Set(Object.values(systemCalls));

/** A list of 10,000 containers with long labels has some 30 MB. */
const answerBytesMax = 128 * 1024 * 1024;
/** Lists of busy engines take seconds; one that takes this long is hung. */
const answerTimeoutMs = 30_000;

/** How an engine is reached; resolves with the response's head. */
export type Send = (request: EngineRequest) => Promise<EngineResponse>;

/**
 * The console's own calls, through dockerode; all end with `signal`. `versionPrefix` is `/v1.41`, or '' before the version
 * is known. What is not in `systemCalls` throws forbidden, whoever asks.
 *
 * dockerode talks through our own sender instead of docker-modem's, which follows an engine's redirects to wherever they
 * lead (a lying engine could make the console call any address) and throws where nobody can catch it at a redirect to
 * a scheme that it does not know.
 */
export function createSystemClient(send: Send, versionPrefix: string, signal: AbortSignal): Docker {
  const modem = {
    Promise,
    dial(options: unknown, callback: (error: unknown, answer?: unknown) => void): void {
      dial(send, versionPrefix, signal, options).then((answer) => callback(null, answer), callback);
    },
  };
  // dockerode takes a ready modem (its types do not say so), and then looks at no DOCKER_HOST of the environment.
  const options: Docker.DockerOptions & { modem: typeof modem } = { modem };
  return new Docker(options);
}

const dialOptions = z.object({
  method: z.string(),
  path: z.string(),
  options: z.record(z.string(), z.unknown()).optional(),
  isStream: z.boolean().optional(),
});

async function dial(send: Send, versionPrefix: string, ended: AbortSignal, raw: unknown): Promise<unknown> {
  const { method, path, options, isStream } = dialOptions.parse(raw);
  const bare = path.replace(/\?$/, '');
  if (method !== 'GET' || !allowedPaths.has(bare))
    throw appError('forbidden', `The console itself never sends ${method} ${bare}.`);
  const timeout = new AbortController();
  const signal = AbortSignal.any([ended, timeout.signal]);
  // Around the body too: an engine may hang in the middle of a list.
  const timer = setTimeout(() => timeout.abort(slowAnswer(bare)), answerTimeoutMs);
  try {
    const prefix = bare === systemCalls['system.ping'] ? '' : versionPrefix;
    const response = await send({ method, path: `${prefix}${bare}${queryOf(options)}`, headers: {}, signal });
    if (response.status !== 200) throw await refusal(response, bare);
    if (isStream) return response.body;
    const text = (await readBody(response.body, answerBytesMax)).toString('utf8');
    return bare === systemCalls['system.ping'] ? text : parseJson(text, bare);
  } catch (error) {
    if (timeout.signal.aborted) throw timeout.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function slowAnswer(path: string): AppError {
  return appError('engine-timeout', `The engine did not answer ${path} within ${answerTimeoutMs / 1000} s.`);
}

function queryOf(options: Record<string, unknown> | undefined): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options ?? {})) {
    if (value === undefined) continue;
    query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return query.size > 0 ? `?${query}` : '';
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw appError('engine-unreachable', `The engine's answer to ${path} is not JSON.`, error);
  }
}

const refusalBody = z.object({ message: z.string() }).or(z.object({ cause: z.string() }));

async function refusal(response: EngineResponse, path: string): Promise<AppError> {
  const text = (await readBody(response.body as Readable, 64 * 1024)).toString('utf8').trim();
  let words = text.slice(0, 500);
  try {
    const body = refusalBody.parse(JSON.parse(text));
    words = 'message' in body ? body.message : body.cause;
  } catch {
    // Not the engine's JSON (a proxy's page, plain text): its words as they are.
  }
  return appError(
    'engine-unreachable',
    `The engine refused ${path} (${response.status}): ${words || 'no reason given'}`,
  );
}
