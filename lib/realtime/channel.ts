import { appError, type ErrorCode } from '#lib/shared/errors.ts';
import { channelWindowBytes } from '#lib/shared/realtime.ts';
import { createWaker } from './waker.ts';

/** One stream of items to one viewer. Ends once: by its source, by the viewer, or with the viewer's connection. */
export interface Channel {
  readonly id: string;
  /** Aborts when the channel has ended, whoever ended it. */
  readonly signal: AbortSignal;
  /** Whether less than the window is unacknowledged. */
  readonly hasRoom: boolean;
  /** Counted against the window; `bytes` is what the viewer acknowledges. */
  send(items: readonly unknown[], bytes: number): void;
  /** Resolves when there is room or the channel has ended. One waiter. */
  room(): Promise<void>;
  /** Called whenever an acknowledgement makes room, and at the end. */
  onRoom(listener: () => void): void;
  end(code: ErrorCode | 'done' | 'taken', message: string): void;
}

export interface Channels {
  /** Throws too-many when the connection has as many as it may. */
  open(): Channel;
  ack(id: string, bytes: number): void;
  close(id: string): void;
  closeAll(): void;
  readonly size: number;
}

/** What a connection must be able to do for its channels. */
export interface ChannelSink {
  data(channel: string, items: readonly unknown[], bytes: number): void;
  end(channel: string, end: { code: string; message: string }): void;
}

/** The channels of one connection. */
export function createChannels(sink: ChannelSink, channelsMax: number): Channels {
  const open = new Map<string, { channel: Channel; ack(bytes: number): void; stop(): void }>();
  let lastNumber = 0;

  function openChannel(): Channel {
    if (open.size >= channelsMax)
      throw appError('too-many', `This connection has ${channelsMax} streams open already; close one first.`);
    lastNumber += 1;
    const id = `c${lastNumber}`;
    const abort = new AbortController();
    const waker = createWaker();
    const listeners: (() => void)[] = [];
    let unackedBytes = 0;
    const stop = () => {
      if (!open.delete(id)) return;
      abort.abort();
      waker.wake();
      for (const listener of listeners) listener();
    };
    const channel: Channel = {
      id,
      signal: abort.signal,
      get hasRoom() {
        return unackedBytes < channelWindowBytes;
      },
      send(items, bytes) {
        if (abort.signal.aborted) return;
        unackedBytes += bytes;
        sink.data(id, items, bytes);
      },
      async room() {
        while (!abort.signal.aborted && unackedBytes >= channelWindowBytes) await waker.wait();
      },
      onRoom: (listener) => void listeners.push(listener),
      end(code, message) {
        if (abort.signal.aborted) return;
        stop();
        sink.end(id, { code, message });
      },
    };
    const ack = (bytes: number) => {
      // Never below nothing: a viewer that acknowledges more than it got would open its window without limit.
      unackedBytes = Math.max(unackedBytes - bytes, 0);
      if (unackedBytes >= channelWindowBytes) return;
      waker.wake();
      for (const listener of listeners) listener();
    };
    open.set(id, { channel, ack, stop });
    return channel;
  }

  return {
    open: openChannel,
    ack: (id, bytes) => open.get(id)?.ack(bytes),
    close: (id) => open.get(id)?.stop(),
    closeAll() {
      for (const { stop } of [...open.values()]) stop();
    },
    get size() {
      return open.size;
    },
  };
}
