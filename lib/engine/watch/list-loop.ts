import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** Waits before a failed list is asked for again; after the last the watch starts over. */
const retryDelaysMs = [100, 500, 2000];

/**
 * Gives a `kick` that runs `step` as long as `due()` says so: one at a time, and at once again when more came meanwhile.
 * It ends with `signal`. A step that goes on failing ends the run and tells `onFailure` once.
 */
export function createListLoop(options: {
  due: () => boolean;
  step: () => Promise<void>;
  onFailure: (error: unknown) => void;
  signal: AbortSignal;
}): { kick(): void } {
  const { due, step, onFailure, signal } = options;
  let running = false;

  async function run(): Promise<void> {
    try {
      // What one chunk of the event stream brought goes into one list.
      await nextTurn();
      while (!signal.aborted && due()) await stepWithRetries();
    } finally {
      // In the same turn as the last look at `due`, so that no kick falls between.
      running = false;
    }
  }

  async function stepWithRetries(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await step();
      } catch (error) {
        const wait = retryDelaysMs[attempt];
        if (signal.aborted || wait === undefined) throw error;
        await delay(wait, undefined, { signal });
      }
    }
  }

  return {
    kick() {
      if (running || signal.aborted) return;
      running = true;
      run().catch((error: unknown) => {
        if (!signal.aborted) onFailure(error);
      });
    },
  };
}
