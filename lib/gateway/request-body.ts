import { Readable } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';
import { readAll } from './ask.ts';
import type { Classified } from './classified.ts';
import { bodyBytesMax } from './inspect.ts';
import type { DoorRequest } from './types.ts';

/** A request's body as its operation takes it: whole to be inspected, or streamed on as it is. */
export interface RequestBody {
  whole?: Buffer;
  stream?: Readable | Buffer;
  /** Of the stream, when the client told it. */
  streamBytes?: number;
}

const nothingBytesMax = 4096;

/**
 * Reads JSON bodies whole (too-large above 4 MiB), leaves streams alone, and never lets a body on where the operation
 * has none: an engine might read what nobody inspected.
 */
export async function readRequestBody(classified: Classified, request: DoorRequest): Promise<RequestBody> {
  const { body } = request;
  const { spec } = classified;
  if (body === undefined) return {};
  if (spec.body === 'stream' && spec.streaming !== 'upgrade') {
    return { stream: body, streamBytes: contentLength(request) };
  }
  if (typeof spec.body === 'object') return { whole: await readWhole(body, bodyBytesMax) };
  const bytes = await readWhole(body, nothingBytesMax);
  // inspect judges it: dockerode repeats the query there. What tunnels bytes has none at all.
  if (spec.body !== 'stream') return { whole: bytes };
  if (!['', '{}', 'null'].includes(bytes.toString().trim())) {
    throw appError('bad-request', `${classified.operation} takes no body.`);
  }
  return {};
}

async function readWhole(body: Readable | Buffer, bytesMax: number): Promise<Buffer> {
  if (body instanceof Readable) return readAll(body, bytesMax);
  if (body.length > bytesMax) throw appError('too-large', `The body is larger than ${bytesMax / 1024} KB.`);
  return body;
}

function contentLength(request: DoorRequest): number | undefined {
  if (Buffer.isBuffer(request.body)) return request.body.length;
  const told = request.headers['content-length'];
  return told !== undefined && /^\d{1,15}$/.test(told) ? Number(told) : undefined;
}
