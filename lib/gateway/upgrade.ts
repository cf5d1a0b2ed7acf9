import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';
import { framedInputHeader, framedInputValue } from '#lib/shared/input-frames.ts';
import { answerOnSocket, closeGently, errorAnswer, pipeRaw } from './answer.ts';
import { parseDoorUrl } from './door-url.ts';
import type { DoorHttpDeps } from './http.ts';
import { identify } from './identify.ts';
import { bodyBytesMax } from './inspect.ts';
import { tunnel } from './tunnel.ts';
import type { DoorReply } from './types.ts';
import { formatResponseHead } from './wire.ts';

/**
 * Answers requests that ask for an upgrade (exec start, attach, session, grpc): tunnels only after the engine has said
 * 101, else whatever came behind the request would reach the engine as a second one that nobody judged. Never rejects.
 */
export async function handleDoorUpgrade(
  deps: DoorHttpDeps,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  // First of all: a socket's error without a listener ends the process.
  socket.on('error', () => socket.destroy());
  if (socket instanceof Socket) socket.setNoDelay(true).setTimeout(0);
  const gone = new AbortController();
  socket.once('close', () => gone.abort(appError('bad-request', 'The client went away.')));
  const drain = () => socket.resume();
  try {
    if (head.length) socket.unshift(head);
    const principal = await identify(deps, req, true);
    const url = parseDoorUrl(req.url);
    const protocol = upgradeProtocol(req);
    const body = await readExactBody(req, socket);
    const reply = await deps.door.dispatch(
      principal,
      { ...url, method: req.method ?? '', headers: req.headers, body, upgrade: { protocol }, raw: true },
      gone.signal,
    );
    if (reply.duplex) tunnel(socket, reply, reply.duplex, { protocol, framed: asksForFrames(req) });
    else if (reply.raw) pipeRaw(socket, reply, reply.raw, drain);
    else pipeDecoded(socket, reply, drain);
  } catch (error) {
    if (!socket.destroyed) answerOnSocket(socket, errorAnswer(error), drain);
  }
}

function upgradeProtocol(req: IncomingMessage): string {
  const protocol = req.headers.upgrade ?? '';
  if (!/^[A-Za-z0-9-]{1,20}(\/[0-9.]{1,5})?$/.test(protocol)) {
    throw appError('bad-request', 'The Upgrade header is not one protocol.');
  }
  return protocol;
}

function asksForFrames(req: IncomingMessage): boolean {
  return req.headers[framedInputHeader] === framedInputValue;
}

/** Exactly as many bytes as the length says: the rest is stdin, and goes nowhere before the engine agrees. */
function readExactBody(req: IncomingMessage, socket: Duplex): Promise<Buffer | undefined> {
  const told = req.headers['content-length'] ?? '0';
  if (req.headers['transfer-encoding'] !== undefined) {
    throw appError('bad-request', 'A request that asks for an upgrade must tell the length of its body.');
  }
  const length = Number(told);
  if (!/^\d{1,15}$/.test(told)) throw appError('bad-request', 'The Content-Length is not a number.');
  if (length > bodyBytesMax) throw appError('too-large', `The body is larger than ${bodyBytesMax / 1024} KB.`);
  if (length === 0) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let missing = length;
    const settle = (action: () => void) => {
      socket.off('readable', onReadable).off('close', onBroken).off('end', onBroken);
      action();
    };
    const onBroken = () => settle(() => reject(appError('bad-request', 'The body ended before its length.')));
    const onReadable = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        const part: Buffer = chunk;
        chunks.push(part.subarray(0, missing));
        if (part.length > missing) socket.unshift(part.subarray(missing));
        missing -= Math.min(part.length, missing);
        if (missing === 0) return settle(() => resolve(Buffer.concat(chunks)));
      }
    };
    socket.on('readable', onReadable).on('close', onBroken).on('end', onBroken);
    onReadable();
  });
}

/** A request that did not need its upgrade (curl --http2 asks for h2c with everything): answered plainly. */
function pipeDecoded(socket: Duplex, reply: DoorReply, drain: () => void): void {
  socket.write(formatResponseHead(reply.status, { ...reply.headers, connection: 'close' }));
  const { body } = reply;
  if (!body) {
    closeGently(socket, drain);
    return;
  }
  socket.once('close', () => body.destroy());
  body.once('error', () => socket.destroy());
  body.once('end', () => closeGently(socket, drain));
  body.pipe(socket, { end: false });
}
