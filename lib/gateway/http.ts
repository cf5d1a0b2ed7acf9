import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { appError } from '#lib/shared/errors.ts';
import { answerOnSocket, errorAnswer, pipeRaw } from './answer.ts';
import { parseDoorUrl } from './door-url.ts';
import { type IdentifyDeps, identify } from './identify.ts';
import { takeSocket, tunnel } from './tunnel.ts';
import type { Door, DoorReply } from './types.ts';

export interface DoorHttpDeps extends IdentifyDeps {
  door: Door;
}

/** Answers `/docker/<engine>/...` on our http server. Never rejects. */
export async function handleDoorHttp(deps: DoorHttpDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const gone = abortWhenGone(req, res);
  try {
    await waitForTurn(req, res, gone);
    const principal = await identify(deps, req, false);
    const reply = await deps.door.dispatch(
      principal,
      {
        ...parseDoorUrl(req.url),
        method: req.method ?? '',
        headers: req.headers,
        body: hasBody(req) ? req : undefined,
        raw: canPassRaw(req, res),
        hijack: canPassRaw(req, res),
      },
      gone,
    );
    sendReply(req, res, reply);
  } catch (error) {
    sendError(req, res, error);
  }
}

/**
 * Waits until the connection's earlier requests are answered. All that stand in one packet are parsed at once: hundreds
 * of lists would be fetched and kept whole for one client that reads none of them, and changes could overtake each other.
 */
export async function waitForTurn(req: IncomingMessage, res: ServerResponse, signal: AbortSignal): Promise<void> {
  if (res.socket !== req.socket) await once(res, 'socket', { signal });
}

/** Aborts when the client's connection ends before the reply does, so that the engine stops too. */
export function abortWhenGone(req: IncomingMessage, res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const { socket } = req;
  const onClose = () => {
    socket.off('close', onClose);
    res.off('close', onClose);
    if (!res.writableFinished) controller.abort(appError('bad-request', 'The client went away.'));
  };
  res.once('close', onClose);
  // A pipelined request's response waits for its turn and is never told when the connection ends before that: streams
  // that nobody reads would stay open at the engine.
  socket.once('close', onClose);
  return controller.signal;
}

/** Raw bytes need chunked encoding to be understood, and a socket that no earlier, pipelined request is still using. */
export function canPassRaw(req: IncomingMessage, res: ServerResponse): boolean {
  return req.httpVersion === '1.1' && res.socket === req.socket;
}

/** Writes a reply of the door to the client. */
export function sendReply(req: IncomingMessage, res: ServerResponse, reply: DoorReply): void {
  if (reply.duplex) {
    tunnel(takeSocket(req), reply, reply.duplex, {});
    return;
  }
  if (reply.raw) {
    // The response object stays in its place on the socket, unused, so that a pipelined request can't write between.
    pipeRaw(req.socket, reply, reply.raw, () => req.resume());
    return;
  }
  res.writeHead(reply.status, reply.headers);
  if (!reply.body) {
    res.end();
    return;
  }
  const { body } = reply;
  // A followed stream may have nothing to say for hours; its reader must know at once that it is open. What comes in
  // the same turn goes out with the head in one write.
  if (reply.headers['content-length'] === undefined) {
    const flush = setImmediate(() => res.flushHeaders());
    body.once('data', () => clearImmediate(flush));
  }
  // The head is out: a broken connection is the only way left to say that the reply is not whole. (stream.pipeline
  // would do the same at four times the cost, which is felt in every small request.)
  body.on('error', () => res.destroy());
  body.once('close', () => {
    if (!body.readableEnded) res.destroy();
  });
  res.once('close', () => body.destroy());
  body.pipe(res);
}

/** Writes an error as the engine writes them: `{"message": "..."}`. */
export function sendError(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  const answer = errorAnswer(error);
  if (req.complete || !hasBody(req) || res.socket !== req.socket) {
    res.writeHead(answer.status, answer.headers).end(req.method === 'HEAD' ? undefined : answer.body);
    return;
  }
  // The client is still sending. Closing on it would reset the connection and take the answer with it.
  answerOnSocket(req.socket, answer, () => req.resume());
}

function hasBody(req: IncomingMessage): boolean {
  const length = req.headers['content-length'];
  return req.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
