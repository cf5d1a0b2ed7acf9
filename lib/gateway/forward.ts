import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import type { Engines } from '#lib/engine/types.ts';
import { appError, isAppError } from '#lib/shared/errors.ts';
import type { RawReply } from './types.ts';
import { formatRequestHead, pumpBody, readResponseHead, type WireHeaders } from './wire.ts';

export interface ForwardInput {
  engines: Pick<Engines, 'request' | 'connect'>;
  engineId: string;
  method: string;
  /** Rebuilt from the classification. */
  path: string;
  /** With Host and Content-Type, without framing. */
  headers: WireHeaders;
  body?: Buffer | Readable;
  /** Of a Readable body, when the client told it. */
  bodyBytes?: number;
  signal: AbortSignal;
  /** To the response head; reads only. */
  headTimeoutMs?: number;
}

export interface Forwarded {
  status: number;
  headers: IncomingHttpHeaders;
  body: Readable;
  /** After a 101, in place of the body. */
  duplex?: Duplex;
}

/** Small requests: over the engine's keep-alive agent. */
export async function forwardSmall(input: ForwardInput): Promise<Forwarded> {
  const { engines, engineId, method, path, body, signal, headTimeoutMs } = input;
  const headers = withFraming(input);
  return engines.request(engineId, { method, path, headers, body, signal, headTimeoutMs });
}

/**
 * Streams for our own readers (channels, jobs): over a connection of its own, so that a long one never holds a place in
 * the agent and a broken one ends nothing else. The body is decoded.
 */
export async function forwardStream(input: ForwardInput, upgrade?: string): Promise<Forwarded> {
  const socket = await openConnection(input);
  const request = httpRequest({
    method: input.method,
    path: input.path,
    headers: { ...withFraming(input), ...(upgrade ? { connection: 'Upgrade', upgrade } : { connection: 'close' }) },
    createConnection: () => socket,
  });
  const response = answerOf(request, socket, input);
  if (input.body instanceof Readable) {
    pumpBody(input.body, request, false).then(
      () => request.end(),
      (error: Error) => request.destroy(error),
    );
  } else request.end(input.body);
  const { answer, duplex } = await response;
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: answer, duplex };
}

function answerOf(
  request: ClientRequest,
  socket: Duplex,
  input: ForwardInput,
): Promise<{ answer: IncomingMessage; duplex?: Duplex }> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const fail = (error: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      if (input.signal.aborted) reject(input.signal.reason);
      else if (isAppError(error)) reject(error);
      else reject(appError('engine-unreachable', `The connection to the engine broke: ${String(error)}.`, error));
    };
    if (input.headTimeoutMs !== undefined) timer = setTimeout(() => fail(timeout(input)), input.headTimeoutMs);
    request.on('error', fail);
    request.on('response', (answer) => {
      clearTimeout(timer);
      answer.once('close', () => socket.destroy());
      resolve({ answer });
    });
    request.on('upgrade', (answer, duplex, head) => {
      clearTimeout(timer);
      if (head.length) duplex.unshift(head);
      resolve({ answer, duplex });
    });
  });
}

export interface RawForwarded {
  status: number;
  headers: IncomingHttpHeaders;
  raw: RawReply;
  /** Of the body that came so far, out of `bytesRead` of the socket. */
  bodyBytesRead: number;
}

/**
 * Streams and upgrades for clients with a socket of their own: only the response's head is parsed, the body stays on
 * the connection as it came. Parsing and writing again every chunk of a log costs thirty times the processor time.
 */
export async function forwardRaw(input: ForwardInput & { upgrade?: string }): Promise<RawForwarded> {
  const { method, path, body, upgrade } = input;
  const framing = withFraming(input);
  const chunked = framing['transfer-encoding'] === 'chunked';
  const headers = upgrade
    ? { ...framing, connection: 'Upgrade', upgrade }
    : { ...framing, ...(chunked ? { 'transfer-encoding': 'chunked' } : {}), connection: 'close' };
  const head = formatRequestHead(method, path, headers);
  const socket = await openConnection(input);
  try {
    socket.cork();
    socket.write(head);
    if (Buffer.isBuffer(body)) socket.write(body);
    socket.uncork();
    const answer = readResponseHead(socket, { method, signal: input.signal, timeoutMs: input.headTimeoutMs });
    if (body instanceof Readable) pumpBody(body, socket, chunked).catch(() => socket.destroy());
    const { status, reason, rawHeaders, framing: replyFraming, bodyBytesRead } = await answer;
    if (status === 101 && !upgrade) {
      throw appError('engine-unreachable', 'The engine changed the protocol though nobody asked for it.');
    }
    return { status, headers: toHeaders(rawHeaders), raw: { socket, framing: replyFraming, reason }, bodyBytesRead };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function openConnection(input: ForwardInput): Promise<Duplex> {
  const socket = await input.engines.connect(input.engineId, input.signal);
  // First of all: an error without a listener would end the process.
  socket.on('error', () => socket.destroy());
  // With the reason, which is what whoever holds the stream tells the person.
  const onAbort = () => socket.destroy(input.signal.reason instanceof Error ? input.signal.reason : undefined);
  if (input.signal.aborted) {
    socket.destroy();
    throw input.signal.reason;
  }
  input.signal.addEventListener('abort', onAbort, { once: true });
  socket.once('close', () => input.signal.removeEventListener('abort', onAbort));
  if (socket instanceof Socket) socket.setNoDelay(true);
  if (input.body instanceof Readable) keepReadingAfterBrokenPipe(socket);
  return socket;
}

/**
 * An engine may answer and close while we still send it a body (a context that is no tar). Our next write fails then,
 * and Node would end the reading too, with the answer unread. So a broken pipe counts as written and the rest of the
 * body is lost on it, as it would be at the engine; the reading ends by itself, with the answer or the reset behind it.
 */
function keepReadingAfterBrokenPipe(socket: Duplex): void {
  type Done = (error?: NodeJS.ErrnoException | null) => void;
  const tolerate =
    (done: Done): Done =>
    (error) =>
      done(error?.code === 'EPIPE' && error.syscall === 'write' ? null : error);
  const write = socket._write.bind(socket);
  const writev = socket._writev?.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, tolerate(done));
  if (writev) socket._writev = (chunks, done) => writev(chunks, tolerate(done));
}

function withFraming(input: ForwardInput): WireHeaders {
  const { body, bodyBytes, method } = input;
  if (body instanceof Readable) {
    return bodyBytes === undefined
      ? { ...input.headers, 'transfer-encoding': 'chunked' }
      : { ...input.headers, 'content-length': String(bodyBytes) };
  }
  if (body || method === 'POST' || method === 'PUT') {
    return { ...input.headers, 'content-length': String(body?.length ?? 0) };
  }
  return input.headers;
}

/** Lower-case names, repeated ones joined, as Node's own parser gives them; Set-Cookie is dropped later anyway. */
function toHeaders(rawHeaders: string[]): IncomingHttpHeaders {
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = rawHeaders[i + 1] ?? '';
    headers[name] = name in headers && name !== 'content-length' ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

function timeout(input: ForwardInput): Error {
  return appError('engine-timeout', `The engine did not answer within ${(input.headTimeoutMs ?? 0) / 1000} seconds.`);
}
