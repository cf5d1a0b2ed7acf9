import { STATUS_CODES, validateHeaderValue } from 'node:http';
import type { Duplex, Readable, Writable } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';

/** How long the body after a response head is told: by a length, by chunks, by the end of the connection, or there is none. */
export type Framing = 'length' | 'chunked' | 'close' | 'none';

export interface ResponseHead {
  status: number;
  reason: string;
  /** Name, value, name, value... as the engine sent them. */
  rawHeaders: string[];
  framing: Framing;
  /** How much of the body came with the head and was put back. */
  bodyBytesRead: number;
}

export type WireHeaders = Record<string, string | string[]>;

const headBytesMax = 64 * 1024;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * The head of a request as it goes onto the wire. Throws when the path or a header could end the line early: what we
 * write ourselves has no parser of Node's between it and the engine (CRLF injection).
 */
export function formatRequestHead(method: string, path: string, headers: WireHeaders): string {
  if (!token.test(method) || !/^\/[\x21-\x7e]*$/.test(path)) {
    throw appError('bad-request', 'The request has characters that an HTTP request line may not have.');
  }
  return `${method} ${path} HTTP/1.1\r\n${formatHeaders(headers)}\r\n`;
}

/** The head of a response, for sockets that we answer without Node's ServerResponse. */
export function formatResponseHead(status: number, headers: WireHeaders, reason = STATUS_CODES[status] ?? ''): string {
  return `HTTP/1.1 ${status} ${reason}\r\n${formatHeaders(headers)}\r\n`;
}

function formatHeaders(headers: WireHeaders): string {
  let text = '';
  for (const [name, value] of Object.entries(headers)) {
    if (!token.test(name)) throw appError('bad-request', 'A header has a name that HTTP does not allow.');
    for (const one of Array.isArray(value) ? value : [value]) {
      validateHeaderValue(name, one);
      text += `${name}: ${one}\r\n`;
    }
  }
  return text;
}

/**
 * Reads the head of the engine's response and nothing more: what came behind it is put back, so that the body can be
 * piped as raw bytes. Interim responses are skipped. Rejects when the engine closes, stalls (`timeoutMs`), is aborted
 * or says what HTTP does not allow; the caller destroys the socket then.
 */
export function readResponseHead(
  socket: Duplex,
  options: { method: string; signal: AbortSignal; timeoutMs?: number },
): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0);
    let timer: NodeJS.Timeout | undefined;
    const settle = (action: () => void) => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
      options.signal.removeEventListener('abort', onAbort);
      action();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const onEnd = () => fail(appError('engine-unreachable', 'The engine closed the connection before it answered.'));
    const onError = (error: Error) =>
      fail(appError('engine-unreachable', `The connection to the engine broke: ${error.message}.`, error));
    const onAbort = () => fail(options.signal.reason);
    const onData = (chunk: Buffer) => {
      seen = seen.length ? Buffer.concat([seen, chunk]) : chunk;
      try {
        for (;;) {
          const end = seen.indexOf('\r\n\r\n');
          if (end < 0) {
            if (seen.length > headBytesMax) throw malformed('a head of more than 64 KB');
            return;
          }
          const head = parseHead(seen.toString('latin1', 0, end), options.method);
          seen = seen.subarray(end + 4);
          if (head.status >= 200 || head.status === 101) {
            return settle(() => {
              socket.pause();
              if (seen.length) socket.unshift(seen);
              resolve({ ...head, bodyBytesRead: seen.length });
            });
          }
        }
      } catch (error) {
        fail(error);
      }
    };
    if (options.signal.aborted) return reject(options.signal.reason);
    options.signal.addEventListener('abort', onAbort, { once: true });
    if (options.timeoutMs !== undefined) {
      const seconds = options.timeoutMs / 1000;
      timer = setTimeout(
        () => fail(appError('engine-timeout', `The engine did not answer within ${seconds} seconds.`)),
        options.timeoutMs,
      );
    }
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
    socket.resume();
  });
}

function parseHead(text: string, method: string): Omit<ResponseHead, 'bodyBytesRead'> {
  const lines = text.split('\r\n');
  const start = /^HTTP\/1\.[01] ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/.exec(lines[0] ?? '');
  if (!start) throw malformed('no HTTP status line');
  const rawHeaders: string[] = [];
  let length: string | undefined;
  let chunked = false;
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    const value = line.slice(colon + 1).trim();
    // No obsolete folding, no blank before the colon, no control characters: parsers differ on them (response splitting).
    if (!token.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw malformed('a header that HTTP does not allow');
    rawHeaders.push(name, value);
    const lower = name.toLowerCase();
    if (lower === 'content-length') {
      if (!/^\d{1,15}$/.test(value) || (length !== undefined && length !== value)) throw malformed('an unclear length');
      length = value;
    } else if (lower === 'transfer-encoding') {
      if (value.toLowerCase() !== 'chunked' || chunked) throw malformed('an unknown transfer encoding');
      chunked = true;
    }
  }
  // A proxy before us could see another end of the body than we do (response smuggling).
  if (chunked && length !== undefined) throw malformed('both a length and chunks');
  const status = Number(start[1]);
  const bodyless = method === 'HEAD' || status < 200 || status === 204 || status === 304;
  const framing: Framing = bodyless ? 'none' : chunked ? 'chunked' : length !== undefined ? 'length' : 'close';
  return { status, reason: start[2] ?? '', rawHeaders, framing };
}

function malformed(what: string): Error {
  return appError('engine-unreachable', `The engine's answer is not HTTP as we can pass it on: it has ${what}.`);
}

/**
 * Copies a request body to the engine, in chunks of HTTP/1.1 or plain. Resolves when all of it is written, and also
 * when the engine stopped listening: an engine may answer before it has read everything (a build that fails), and
 * that answer must still reach the client, so the rest is read and dropped. Rejects when the *client* broke off.
 */
export function pumpBody(source: Readable, sink: Writable, chunked: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      source.off('data', onData).off('end', onEnd).off('error', onSourceError).off('close', onSourceClose);
      sink.off('drain', onDrain).off('error', onSinkGone).off('close', onSinkGone);
      action();
    };
    const write = (chunk: Buffer) => {
      if (!chunked) return sink.write(chunk);
      sink.cork();
      sink.write(`${chunk.length.toString(16)}\r\n`);
      sink.write(chunk);
      const more = sink.write('\r\n');
      sink.uncork();
      return more;
    };
    const onData = (chunk: Buffer) => {
      if (chunk.length && !write(chunk)) source.pause();
    };
    const onDrain = () => source.resume();
    const onEnd = () =>
      settle(() => {
        if (chunked) sink.write('0\r\n\r\n');
        resolve();
      });
    const onSinkGone = () =>
      settle(() => {
        source.on('error', () => undefined).resume();
        resolve();
      });
    const broken = (error?: Error) =>
      settle(() => reject(appError('bad-request', 'The client broke off while it sent the body.', error)));
    const onSourceError = (error: Error) => broken(error);
    const onSourceClose = () => broken();
    if (sink.destroyed) return onSinkGone();
    if (source.readableEnded) return onEnd();
    if (source.destroyed) return broken();
    source.on('data', onData).on('end', onEnd).on('error', onSourceError).on('close', onSourceClose);
    sink.on('drain', onDrain).on('error', onSinkGone).on('close', onSinkGone);
  });
}
