import { io, type Socket } from 'socket.io-client';
import { realtimePath } from '#lib/shared/realtime.ts';
import { waitFor } from '#tests/lab/wait.ts';
import type { RealtimePerson, RealtimeUnderTest } from './start-realtime.ts';

type Reply = { ok: true; value: unknown } | { ok: false; error: { code: string; message: string; auditId?: string } };

/** One open channel of a client: what came, and how it ended. */
export interface ClientChannel<T> {
  id: string;
  /** The acknowledgement's value, channel id included. */
  opened: Record<string, unknown>;
  items: T[];
  end: { code: string; message: string } | undefined;
  /** Off: what comes is kept, but not acknowledged, as by a page that has stalled. */
  acknowledge(on: boolean): void;
  /** Forgets the items but counts on; for floods. */
  onItems(listener: (items: T[]) => void): void;
  close(): void;
}

export interface RealtimeClient {
  socket: Socket;
  /** Rejects with the server's code and words in one message. */
  ask<T>(event: string, ...args: unknown[]): Promise<T>;
  open<T>(event: string, request: unknown, options?: { acknowledge?: boolean }): Promise<ClientChannel<T>>;
  /** Every event of this name that came. */
  received(event: string): unknown[];
  close(): void;
}

/** Connects as a browser does: by cookie, from the console's own origin. Rejects when the server refuses. */
export async function connectRealtime(
  server: Pick<RealtimeUnderTest, 'url'>,
  person: Pick<RealtimePerson, 'cookie'> | undefined,
  headers: Record<string, string> = {},
): Promise<RealtimeClient> {
  const socket = io(server.url, {
    path: realtimePath,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { origin: server.url, ...(person ? { cookie: person.cookie } : {}), ...headers },
  });
  const events = new Map<string, unknown[]>();
  const channels = new Map<string, { data(items: unknown[], bytes: number): void; end(end: unknown): void }>();
  // What comes before the channel is known here waits for it.
  const early: {
    channel: string;
    run: (to: { data(i: unknown[], b: number): void; end(e: unknown): void }) => void;
  }[] = [];
  socket.onAny((event: string, ...args: unknown[]) => {
    if (event !== 'channel:data' && event !== 'channel:end') {
      events.set(event, [...(events.get(event) ?? []), args[0]]);
      return;
    }
    const channel = String(args[0]);
    const run = (to: { data(items: unknown[], bytes: number): void; end(end: unknown): void }) =>
      event === 'channel:end' ? to.end(args[1]) : to.data(args[1] as unknown[], Number(args[2]));
    const found = channels.get(channel);
    if (found) run(found);
    else early.push({ channel, run });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) => {
      socket.close();
      reject(new Error(`${error.data?.code ?? 'refused'}: ${error.message}`));
    });
  });

  async function ask<T>(event: string, ...args: unknown[]): Promise<T> {
    const reply = (await socket.timeout(60_000).emitWithAck(event, ...args)) as Reply;
    if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
    return reply.value as T;
  }

  return {
    socket,
    ask,
    async open<T>(event: string, request: unknown, options: { acknowledge?: boolean } = {}) {
      const opened = await ask<Record<string, unknown>>(event, request);
      const id = String(opened.channel);
      let acknowledging = options.acknowledge ?? true;
      let unacked = 0;
      const listeners: ((items: T[]) => void)[] = [];
      const channel: ClientChannel<T> = {
        id,
        opened,
        items: [],
        end: undefined,
        acknowledge(on) {
          acknowledging = on;
          if (on && unacked > 0) socket.emit('channel:ack', id, unacked);
          if (on) unacked = 0;
        },
        onItems: (listener) => void listeners.push(listener),
        close: () => void socket.emit('channel:close', id),
      };
      const entry = {
        data(items: unknown[], bytes: number) {
          if (listeners.length > 0) for (const listener of listeners) listener(items as T[]);
          else channel.items.push(...(items as T[]));
          if (acknowledging) socket.emit('channel:ack', id, bytes);
          else unacked += bytes;
        },
        end(end: unknown) {
          channel.end = end as { code: string; message: string };
        },
      };
      channels.set(id, entry);
      for (const { channel: to, run } of early.splice(0)) if (to === id) run(entry);
      return channel;
    },
    received: (event) => events.get(event) ?? [],
    close: () => void socket.close(),
  };
}

/** Waits for a channel's end. */
export async function ended(channel: ClientChannel<unknown>): Promise<{ code: string; message: string }> {
  return waitFor('the end of the channel', () => channel.end);
}
