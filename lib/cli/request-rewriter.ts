import { endOfInput, framedInputHeader, framedInputValue, frameInput } from '#lib/shared/input-frames.ts';

/** What a connection's requests become on their way to the console. */
export interface Rewrite {
  /** Goes in front of every path: `/docker/eng`. */
  basePath: string;
  host: string;
  token: string;
}

const headBytesMax = 256 * 1024;
const dropped = new Set(['host', 'authorization', 'cookie', 'proxy-authorization', 'x-pilothouse', framedInputHeader]);

/**
 * Rewrites the heads of the requests on one client connection and passes every other byte on: bodies by length, bodies
 * in chunks, and, in frames, all that follows a request for an upgrade (hijacked streams, HTTP/2 of BuildKit). It needs no look at
 * the replies, because the console closes the connection when it does not upgrade. `push` throws on what is not HTTP.
 */
export function createRequestRewriter(rewrite: () => Rewrite, write: (bytes: Uint8Array) => boolean) {
  let pending: Buffer = Buffer.alloc(0);
  let state: 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'trailers' | 'raw' = 'head';
  let left = 0;
  let writable = true;
  /** What comes after a body by length: the next request, or the frames of an upgraded one. */
  let afterLength: 'head' | 'raw' = 'head';

  const emit = (bytes: Uint8Array) => {
    if (bytes.length) writable = write(bytes) && writable;
  };
  const take = (bytes: number): Buffer => {
    const part = pending.subarray(0, bytes);
    pending = pending.subarray(bytes);
    return part;
  };
  const takeLine = (ending: string): Buffer | undefined => {
    const end = pending.indexOf(ending);
    if (end < 0) {
      if (pending.length > headBytesMax) throw new Error('The request has a head of more than 256 KB.');
      return undefined;
    }
    return take(end + ending.length);
  };

  const step = (): boolean => {
    switch (state) {
      case 'raw':
        emit(frameInput(take(pending.length)));
        return false;
      case 'length':
      case 'chunk-data': {
        const part = take(left);
        emit(part);
        left -= part.length;
        if (left === 0) state = state === 'length' ? afterLength : 'chunk-size';
        return left === 0;
      }
      case 'head': {
        // Empty lines before a request are allowed (RFC 9112, 2.2).
        while (pending[0] === 13 || pending[0] === 10) take(1);
        const head = takeLine('\r\n\r\n');
        if (!head) return false;
        const next = rewriteHead(head.toString('latin1'), rewrite());
        emit(Buffer.from(next.text, 'latin1'));
        ({ state, left } = next);
        afterLength = next.upgrade ? 'raw' : 'head';
        return true;
      }
      case 'chunk-size': {
        const line = takeLine('\r\n');
        if (!line) return false;
        const size = /^([0-9a-fA-F]{1,12})(?:[;\s].*)?\r\n$/.exec(line.toString('latin1'))?.[1];
        if (size === undefined) throw new Error('The request has a chunk without a size.');
        emit(line);
        left = Number.parseInt(size, 16);
        // The chunk's own line end belongs to it.
        if (left === 0) state = 'trailers';
        else {
          left += 2;
          state = 'chunk-data';
        }
        return true;
      }
      case 'trailers': {
        const line = takeLine('\r\n');
        if (!line) return false;
        emit(line);
        if (line.length === 2) state = 'head';
        return true;
      }
    }
  };

  return {
    /** Takes bytes of the client; false when the console's side is full and the client should wait for its drain. */
    push(bytes: Buffer): boolean {
      writable = true;
      pending = pending.length ? Buffer.concat([pending, bytes]) : bytes;
      while (pending.length && step());
      return writable;
    },
    /** The client has half-closed. True: the console was told so within the connection, which must stay open. */
    end(): boolean {
      if (state === 'raw') emit(endOfInput);
      return state === 'raw';
    },
  };
}

function rewriteHead(head: string, { basePath, host, token }: Rewrite) {
  const [start = '', ...lines] = head.slice(0, -4).split('\r\n');
  const [, method, target, version] = /^([A-Z]+) (\/\S*) (HTTP\/1\.[01])$/.exec(start) ?? [];
  if (!method || !target) throw new Error('What came in is not an HTTP request.');
  let length: number | undefined;
  let chunked = false;
  let upgrade = false;
  const kept: string[] = [];
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).trim().toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    if (name === 'content-length') length = Number(value);
    if (name === 'transfer-encoding') chunked = value.toLowerCase().endsWith('chunked');
    if (name === 'upgrade') upgrade = true;
    if (!dropped.has(name)) kept.push(line);
  }
  if (length !== undefined && !Number.isSafeInteger(length)) throw new Error('The request has no clear length.');
  const text = [
    `${method} ${basePath}${target} ${version}`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    ...(upgrade ? [`${framedInputHeader}: ${framedInputValue}`] : []),
    ...kept,
    '\r\n',
  ].join('\r\n');
  if (length) return { text, upgrade, state: 'length' as const, left: length };
  const state = upgrade ? 'raw' : chunked ? 'chunk-size' : 'head';
  return { text, upgrade, state, left: 0 } as const;
}
