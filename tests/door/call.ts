import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';

export interface CallReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: unknown;
}

export interface CallOptions {
  headers?: Record<string, string>;
  /** JSON, or bytes as they are. */
  body?: unknown;
}

/** One request to the door with exactly these headers, on a connection of its own. */
export function call(port: number, method: string, path: string, options: CallOptions = {}): Promise<CallReply> {
  const { body } = options;
  const isRaw = Buffer.isBuffer(body) || typeof body === 'string' || body instanceof Readable;
  const payload = body === undefined || isRaw ? body : JSON.stringify(body);
  const type = body === undefined || isRaw ? {} : { 'Content-Type': 'application/json' };
  return new Promise((resolve, reject) => {
    const headers = { ...type, ...options.headers };
    const req = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: parseJson(text) });
      });
    });
    req.on('error', reject);
    if (payload instanceof Readable) payload.pipe(req);
    else req.end(payload);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A bare connection, for what no HTTP client would send. */
export interface RawConnection {
  socket: Socket;
  /** All that has come so far. */
  received(): Buffer;
  /** Resolves with all that has come once `text` is in it; rejects when the connection ends before. */
  until(text: string): Promise<Buffer>;
  /** Resolves with everything at the end of the other side. */
  ended: Promise<Buffer>;
}

/** Opens a bare connection to a port or a unix socket and writes `bytes`. */
export function openRaw(to: number | string, bytes: string | Buffer): RawConnection {
  const target = typeof to === 'number' ? { host: '127.0.0.1', port: to } : { path: to };
  const socket = connect({ ...target, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const checks = new Set<() => void>();
  let over = false;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    for (const check of checks) check();
  });
  const ended = new Promise<Buffer>((resolve) => {
    const finish = () => {
      over = true;
      resolve(Buffer.concat(chunks));
      for (const check of checks) check();
    };
    // A reset is an end too; what came before it is what the test looks at.
    socket.on('error', finish).on('end', finish).on('close', finish);
  });
  socket.write(bytes);
  return {
    socket,
    received: () => Buffer.concat(chunks),
    ended,
    until: (text) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const all = Buffer.concat(chunks);
          if (all.includes(text)) resolve(all);
          else if (over) reject(new Error(`The connection ended without "${text}": ${all.toString().slice(0, 500)}`));
          else return;
          checks.delete(check);
        };
        checks.add(check);
        check();
      }),
  };
}
