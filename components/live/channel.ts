import { ConsoleError } from './errors.ts';
import type { RealtimeSocket } from './socket.ts';

export interface ChannelHandlers {
  /**
   * Items in order. Call `shown` once they are on the screen (or dropped on purpose): the server counts what is
   * unacknowledged and pauses its source, or skips and says so, when the window is full.
   */
  onItems: (items: unknown[], shown: () => void) => void;
  /** Ended by the source, by the server, by a lost right or (`code: 'disconnected'`) by a lost connection. */
  onEnd: (end: { code: string; message: string; auditId?: string }) => void;
}

interface Dispatcher {
  handlers: Map<string, ChannelHandlers>;
}

const dispatchers = new WeakMap<RealtimeSocket, Dispatcher>();

function dispatcherOf(socket: RealtimeSocket): Dispatcher {
  const known = dispatchers.get(socket);
  if (known) return known;
  const handlers = new Map<string, ChannelHandlers>();
  socket.on('channel:data', (channel, items, bytes) => {
    const shown = () => socket.emit('channel:ack', channel, bytes);
    const found = handlers.get(channel);
    if (found) found.onItems(items, shown);
    else shown();
  });
  const end = (channel: string, reason: { code: string; message: string }) => {
    const found = handlers.get(channel);
    handlers.delete(channel);
    found?.onEnd(reason);
  };
  socket.on('channel:end', end);
  // The server forgets a connection's channels with the connection.
  socket.on('disconnect', () => {
    for (const channel of [...handlers.keys()])
      end(channel, { code: 'disconnected', message: 'The connection to the console was lost.' });
  });
  const made = { handlers };
  dispatchers.set(socket, made);
  return made;
}

/**
 * Opens a channel and returns the function that closes it. `open` sends the opening request, e.g.
 * `() => ask(socket, 'stats:open', request)`; a refusal arrives at `onEnd` with the server's code and words.
 */
export function openChannel<T extends { channel: string }>(
  socket: RealtimeSocket,
  open: () => Promise<T>,
  handlers: ChannelHandlers & { onOpen?: (value: T) => void },
): () => void {
  const dispatcher = dispatcherOf(socket);
  let closed = false;
  let channel: string | undefined;
  const guarded: ChannelHandlers = {
    onItems: (items, shown) => (closed ? shown() : handlers.onItems(items, shown)),
    onEnd: (end) => {
      if (!closed) handlers.onEnd(end);
    },
  };
  open().then(
    (value) => {
      channel = value.channel;
      if (closed) return void socket.emit('channel:close', channel);
      dispatcher.handlers.set(channel, guarded);
      handlers.onOpen?.(value);
    },
    (cause: unknown) => {
      const {
        message,
        code = 'internal',
        auditId,
      } = cause instanceof ConsoleError ? cause : { message: String(cause) };
      guarded.onEnd({ code, message, auditId });
    },
  );
  return () => {
    if (closed) return;
    closed = true;
    if (channel === undefined) return;
    dispatcher.handlers.delete(channel);
    socket.emit('channel:close', channel);
  };
}

/** As openChannel, and opened again whenever the connection is back after it was lost. */
export function keepChannel<T extends { channel: string }>(
  socket: RealtimeSocket,
  open: () => Promise<T>,
  handlers: ChannelHandlers & { onOpen?: (value: T) => void },
): () => void {
  let lost = false;
  let close = () => {};
  const start = () => {
    lost = false;
    close = openChannel(socket, open, {
      ...handlers,
      onEnd(end) {
        lost = end.code === 'disconnected';
        handlers.onEnd(end);
      },
    });
  };
  const onConnect = () => lost && start();
  start();
  socket.on('connect', onConnect);
  return () => {
    socket.off('connect', onConnect);
    close();
  };
}
