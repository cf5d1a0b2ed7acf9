import type { Duplex } from 'node:stream';
import { createLog } from '#lib/log.ts';
import { isAppError } from '#lib/shared/errors.ts';
import type { DoorReply, RawReply } from './types.ts';
import { formatResponseHead, type WireHeaders } from './wire.ts';

const log = createLog();

/** What `_ping` and errors say when no engine has answered: the docker CLI reads the version from whatever it gets. */
export const consoleApiVersion = '1.51';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The one place at the door where an error becomes a response. What is not meant for people stays inside. */
export function errorAnswer(error: unknown): Answer {
  const known = isAppError(error) ? error : undefined;
  if (!known || known.code === 'internal') log.error('the door failed on a request', { error });
  const body = JSON.stringify({
    message: known?.message ?? 'The door failed on this request.',
    ...(known?.auditId ? { auditId: known.auditId } : {}),
  });
  return {
    status: known?.status ?? 500,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'api-version': consoleApiVersion,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(known?.code === 'not-signed-in' ? { 'www-authenticate': 'Bearer' } : {}),
      ...(known?.auditId ? { 'x-audit-id': known.auditId } : {}),
    },
    body,
  };
}

/** Answers on a socket that has no ServerResponse (any more), and closes it gently. `drain` reads what still comes. */
export function answerOnSocket(socket: Duplex, answer: Answer, drain: () => void): void {
  socket.write(formatResponseHead(answer.status, { ...answer.headers, connection: 'close' }) + answer.body);
  closeGently(socket, drain);
}

/**
 * Writes our head and then the engine's own bytes, framing intact, without a look at them. Ends the client's socket
 * with the engine's; ends the engine's when the client goes.
 */
export function pipeRaw(client: Duplex, reply: DoorReply, raw: RawReply, drain: () => void): void {
  client.write(formatResponseHead(reply.status, rawHeaders(reply, raw), raw.reason || undefined));
  const close = () => closeGently(client, drain);
  if (raw.framing === 'none') {
    raw.socket.destroy();
    close();
    return;
  }
  client.once('close', () => raw.socket.destroy());
  raw.socket.once('end', () => {
    raw.socket.destroy();
    close();
  });
  raw.socket.once('close', close);
  if (raw.socket.destroyed) {
    close();
    return;
  }
  pipeGathered(raw.socket, client, (chunk) => {
    const tail = raw.tail && chunk.length < 5 ? Buffer.concat([raw.tail, chunk]) : chunk;
    raw.tail = tail.subarray(-5);
  });
}

const gatherMs = 1;
/** So much is worth a write of its own: a download must not wait for a millisecond after every 64 KB. */
const enoughBytes = 16 * 1024;

/**
 * Pipes without ending the sink. An engine sends a log line by line, and to pass each on alone costs a write here and a
 * read at the client for every hundred bytes; so pieces that follow one another are gathered for a millisecond, in the
 * kernel where the source reads no further while something waits. What comes after a silence goes on at once.
 * Backpressure as with pipe.
 */
function pipeGathered(source: Duplex, sink: Duplex, onChunk: (chunk: Buffer) => void): void {
  let flushedAt = 0;
  let waiting = false;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const chunk: Buffer | null = source.read();
    if (chunk === null || sink.destroyed) return;
    flushedAt = performance.now();
    onChunk(chunk);
    if (sink.write(chunk)) return;
    waiting = true;
    sink.once('drain', () => {
      waiting = false;
      flush();
    });
  };
  source.on('readable', () => {
    if (waiting || timer) return;
    if (source.readableLength >= enoughBytes || performance.now() - flushedAt > gatherMs) flush();
    else timer = setTimeout(flush, gatherMs);
  });
  source.once('close', () => clearTimeout(timer));
}

function rawHeaders(reply: DoorReply, raw: RawReply): WireHeaders {
  const framing: WireHeaders = raw.framing === 'chunked' ? { 'transfer-encoding': 'chunked' } : {};
  return { ...reply.headers, ...framing, connection: 'close' };
}

const lingerMs = 2000;
const closing = new WeakSet<Duplex>();

/**
 * Sends what is written, says that nothing follows, and lets the other side read it: a socket that is closed while the
 * other still sends is reset, and a reset discards what was not read yet. Two seconds after the last byte left it ends.
 */
export function closeGently(socket: Duplex, drain: () => void): void {
  if (socket.destroyed || closing.has(socket)) return;
  closing.add(socket);
  let timer: NodeJS.Timeout | undefined;
  socket.once('close', () => clearTimeout(timer));
  const destroyWhenRead = () => {
    if (socket.readableEnded) socket.destroy();
    else timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('end', () => socket.destroy());
  };
  if (socket.writableFinished) destroyWhenRead();
  else socket.end(destroyWhenRead);
  drain();
}
