import type { SinkState } from '#lib/shared/trail.ts';
import type { Sink, SinkItem } from './sink.ts';

/** Items that wait for a sink; past that new ones are dropped, counted and told. */
export const queueMax = 10_000;
const batchMax = 200;
const deliverMs = 15_000;
const firstRetryMs = 1000;
const lastRetryMs = 60_000;
/** At the stop of the console what waits is tried once more, this long. */
const lastMs = 2000;

export interface SinkQueue {
  push(item: SinkItem): void;
  /** Sends one item at once, past the queue; rejects with the sink's own error. */
  test(item: SinkItem): Promise<void>;
  state(): Omit<SinkState, 'id'>;
  stop(): Promise<void>;
}

/** Holds what a sink has not taken yet; tries again, ever more slowly, for as long as it takes. In memory: see docs. */
export function createSinkQueue(sink: Sink, firstMs = firstRetryMs): SinkQueue {
  const waiting: SinkItem[] = [];
  const stopping = new AbortController();
  const state: Omit<SinkState, 'id' | 'queued'> = { dropped: 0, delivered: 0 };
  let untold = 0;
  let retryMs = firstMs;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function send(items: readonly SinkItem[], ms: number): Promise<void> {
    try {
      await sink.deliver(items, AbortSignal.timeout(ms));
      state.lastDeliveredAt = Date.now();
      state.delivered += items.length;
    } catch (error) {
      state.lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500);
      state.lastErrorAt = Date.now();
      throw error;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (untold > 0 && waiting.length < queueMax) {
        waiting.push({ type: 'dropped', at: Date.now(), count: untold });
        untold = 0;
      }
      if (waiting.length === 0) return;
      const batch = waiting.slice(0, batchMax);
      try {
        await send(batch, deliverMs);
      } catch {
        timer = setTimeout(begin, retryMs);
        retryMs = Math.min(retryMs * 2, lastRetryMs);
        return;
      }
      waiting.splice(0, batch.length);
      retryMs = firstMs;
    }
  }

  function begin(): void {
    timer = undefined;
    running ??= run().finally(() => {
      running = undefined;
      // What came in the moment between the last look and the end.
      if (waiting.length > 0 && !timer && !stopping.signal.aborted) begin();
    });
  }

  return {
    push(item) {
      if (stopping.signal.aborted) return;
      if (waiting.length >= queueMax) {
        state.dropped++;
        untold++;
        return;
      }
      waiting.push(item);
      if (!timer) begin();
    },
    test: (item) => send([item], deliverMs),
    state: () => ({ ...state, queued: waiting.length }),
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
      // Once and not long; what is left is in the trail itself.
      if (waiting.length > 0) await send(waiting.slice(0, batchMax), lastMs).catch(() => undefined);
      await sink.close();
    },
  };
}
