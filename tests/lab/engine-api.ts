import { request } from 'node:http';
import type { Readable } from 'node:stream';

export interface ApiReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as JSON; undefined when it is not JSON. */
  json: unknown;
}

export interface ApiOptions {
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** One Engine API request over a unix socket, past the console: what tests compare the door with. */
export function callSocket(
  socketPath: string,
  method: string,
  path: string,
  options: ApiOptions = {},
): Promise<ApiReply> {
  const { body } = options;
  return new Promise((resolve, reject) => {
    const isRaw = Buffer.isBuffer(body) || isReadable(body);
    const payload = body === undefined || isRaw ? undefined : JSON.stringify(body);
    const req = request(
      {
        socketPath,
        method,
        path,
        agent: false,
        headers: { Host: 'docker', ...(payload ? { 'Content-Type': 'application/json' } : {}), ...options.headers },
        signal: AbortSignal.timeout(options.timeoutMs ?? 60_000),
      },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: parseJson(text) });
        });
      },
    );
    req.on('error', reject);
    if (isReadable(body)) body.pipe(req);
    else req.end(Buffer.isBuffer(body) ? body : payload);
  });
}

function isReadable(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && 'pipe' in value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
