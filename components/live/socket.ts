import { io, type Socket } from 'socket.io-client';
import { type Ack, type ClientToServer, realtimePath, type ServerToClient } from '#lib/shared/realtime.ts';
import { ConsoleError } from './errors.ts';

export type RealtimeSocket = Socket<ServerToClient, ClientToServer>;

let shared: RealtimeSocket | undefined;

/** The page's one connection, made at the first call. Only in the browser. */
export function getSocket(): RealtimeSocket {
  shared ??= connect(false);
  return shared;
}

/** A connection of its own, for terminals: a busy log must not delay a keystroke. The caller closes it. */
export function openOwnSocket(): RealtimeSocket {
  return connect(true);
}

function connect(forceNew: boolean): RealtimeSocket {
  return io({
    path: realtimePath,
    forceNew,
    // The console takes nothing else (lib/realtime/server.ts).
    transports: ['websocket'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 8000,
  });
}

// `F` as its arguments without the acknowledgement, and the value that the acknowledgement brings.
type Call<F> = F extends (...args: infer P) => void
  ? Required<P> extends [...infer A, Ack<infer V>]
    ? { args: A; value: V }
    : never
  : never;

const askTimeoutMs = 30_000;

/** Sends an event and waits for its acknowledgement. Throws ConsoleError: refused, or no answer in thirty seconds. */
export function ask<E extends keyof ClientToServer>(
  socket: RealtimeSocket,
  event: E,
  ...args: Call<ClientToServer[E]>['args']
): Promise<Call<ClientToServer[E]>['value']> {
  return new Promise((resolve, reject) => {
    const done = (timeout: Error | null, reply: Parameters<Ack<Call<ClientToServer[E]>['value']>>[0]) => {
      if (timeout) reject(new ConsoleError({ message: 'The console did not answer in time.', code: 'timeout' }));
      else if (reply.ok) resolve(reply.value);
      else reject(new ConsoleError(reply.error));
    };
    // The types above are exact; socket.io's own can't express "all but the last argument" for a generic event.
    (socket as unknown as Socket).timeout(askTimeoutMs).emit(event, ...args, done);
  });
}
