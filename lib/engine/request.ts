import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type AppError, appError } from '#lib/shared/errors.ts';
import { describeEndpoint, type Endpoint } from './endpoint.ts';
import { explainFailure } from './transport/failures.ts';
import type { TransportAgent } from './transport/transport-agent.ts';
import type { EngineRequest, EngineResponse } from './types.ts';

/**
 * Sends one request and resolves with the response's head; the body streams. The timer runs from the call on, so it
 * holds also while a place in the pool is awaited, while connecting and in a TLS handshake, where Node's own
 * `setTimeout` never fires. Throws engine-unreachable or engine-timeout; an aborted signal throws its reason.
 */
export async function sendRequest(
  agent: TransportAgent,
  endpoint: Endpoint,
  request: EngineRequest,
): Promise<EngineResponse> {
  try {
    return await sendOnce(agent, endpoint, request);
  } catch (error) {
    // The engine may close a pooled connection just as we write to it. Only what changes nothing is sent again, and
    // only once: the second connection is a new one.
    if (!(error instanceof StaleSocket)) throw error;
    if (!request.body && (request.method === 'GET' || request.method === 'HEAD')) {
      agent.dropIdle();
      return await sendOnce(agent, endpoint, request).catch((again: unknown) => {
        throw again instanceof StaleSocket ? again.explained : again;
      });
    }
    throw error.explained;
  }
}

class StaleSocket extends Error {
  readonly explained: AppError;
  constructor(explained: AppError) {
    super(explained.message, { cause: explained });
    this.explained = explained;
  }
}

function sendOnce(agent: TransportAgent, endpoint: Endpoint, request: EngineRequest): Promise<EngineResponse> {
  const { signal, headTimeoutMs } = request;
  signal.throwIfAborted();
  agent.refuseWhenFull();
  return new Promise((resolve, reject) => {
    const req = httpRequest({
      agent,
      method: request.method,
      path: request.path,
      // Spelt out: Node would write the pool's pretended address.
      headers: { host: 'engine', ...request.headers },
    });
    let body: IncomingMessage | undefined;
    let timer: NodeJS.Timeout | undefined;
    const settle = () => clearTimeout(timer);
    const detach = () => signal.removeEventListener('abort', abort);
    // Rejects by itself: a request that waits in the pool emits no error when it is destroyed.
    const giveUp = (reason: unknown) => {
      settle();
      agent.forget(req);
      if (!body) {
        detach();
        reject(reason);
      }
      req.destroy(reason instanceof Error ? reason : undefined);
    };
    const abort = () => giveUp(signal.reason);
    if (headTimeoutMs !== undefined)
      timer = setTimeout(() => giveUp(headTimeout(endpoint, headTimeoutMs)), headTimeoutMs);
    signal.addEventListener('abort', abort, { once: true });

    req.on('response', (res) => {
      settle();
      body = res;
      res.once('close', detach);
      resolve({ status: res.statusCode ?? 0, headers: res.headers, rawHeaders: res.rawHeaders, body: res });
    });
    req.on('error', (error) => {
      settle();
      if (body) return;
      detach();
      if (signal.aborted) return reject(signal.reason);
      const explained = explainFailure(error, endpoint);
      reject(req.reusedSocket && isStale(error) ? new StaleSocket(explained) : explained);
    });
    req.on('close', () => {
      settle();
      if (!body) {
        detach();
        reject(signal.aborted ? signal.reason : explainFailure(brokenOff(), endpoint));
      }
    });
    writeBody(req, request.body);
  });
}

function writeBody(req: ClientRequest, body: Buffer | Readable | undefined): void {
  if (!(body instanceof Readable)) {
    req.end(body);
    return;
  }
  // A failing source destroys the request, whose error event tells the caller; an engine that answers before it has
  // read everything is in its right, so what happens to the rest of the body is no error of its own.
  pipeline(body, req).catch(() => undefined);
}

function headTimeout(endpoint: Endpoint, timeoutMs: number): AppError {
  return appError('engine-timeout', `${describeEndpoint(endpoint)} did not answer within ${timeoutMs / 1000} s.`);
}

function brokenOff(): Error {
  return Object.assign(new Error('The connection ended without an answer'), { code: 'ECONNRESET' });
}

function isStale(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** Reads a body to its end. Throws too-large above `bytesMax`: a lying engine must not fill our memory. */
export async function readBody(body: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += part.length;
    if (bytes > bytesMax) throw appError('too-large', `The engine's answer has more than ${bytesMax} bytes.`);
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}
