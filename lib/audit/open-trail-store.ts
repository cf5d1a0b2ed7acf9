import { Worker } from 'node:worker_threads';
import { type Database, sqliteFile } from '#lib/db/open-database.ts';
import { createLog } from '#lib/log.ts';
import { createTrailStore, type TrailStore } from './trail-store.ts';
import type { TrailAnswer, TrailCall } from './trail-worker.ts';

const log = createLog();

export interface RunningTrailStore extends TrailStore {
  /** After the last call has been answered. */
  stop(): Promise<void>;
}

/**
 * The store. `ownThread`: on SQLite in a thread with a connection of its own, for whoever serves others meanwhile; a
 * command does without. On Postgres it is always here, since its driver waits for nobody.
 */
export function openTrailStore(
  db: Database,
  key: Buffer,
  { ownThread, now }: { ownThread: boolean; now?: () => number },
): RunningTrailStore {
  const file = ownThread ? sqliteFile(db) : undefined;
  if (file === undefined) return { ...createTrailStore(db, key, now), stop: () => Promise.resolve() };
  return startThread(file, key);
}

/** The thread starts with the first call: a command that only reads needs none. One that dies is replaced at the next. */
function startThread(file: string, key: Buffer): RunningTrailStore {
  const open = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  let worker: Worker | undefined;
  let calls = 0;
  let stopped = false;

  function start(): Worker {
    // The bundle has the thread's code beside itself, the sources have it here.
    const name = import.meta.url.endsWith('.ts') ? './trail-worker.ts' : './trail-worker.mjs';
    const started = new Worker(new URL(name, import.meta.url), {
      workerData: { file, key },
      // It holds one group of rows at a time.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    started.on('message', ({ n, result, error }: TrailAnswer) => {
      const call = open.get(n);
      open.delete(n);
      if (open.size === 0) started.unref();
      if (error === undefined) call?.resolve(result as never);
      else call?.reject(new Error(error));
    });
    const gone = (error: unknown) => {
      if (worker !== started) return;
      worker = undefined;
      for (const { reject } of open.values()) reject(error);
      open.clear();
    };
    started.on('error', (error) => {
      log.error('the thread of the trail broke', { error });
      gone(error);
    });
    started.on('exit', () => gone(new Error('the thread of the trail has ended')));
    return started;
  }

  function call<T>(method: keyof TrailStore, ...args: unknown[]): Promise<T> {
    // A late end must not start it again over a database that is gone.
    if (stopped) return Promise.reject(new Error('the trail is stopped'));
    worker ??= start();
    const n = ++calls;
    const answered = new Promise<T>((resolve, reject) => open.set(n, { resolve, reject }));
    worker.ref();
    worker.postMessage({ n, method, args } satisfies TrailCall);
    return answered;
  }

  return {
    commit: (group) => call('commit', group),
    recover: () => call('recover'),
    cut: (floor) => call('cut', floor),
    writeRecording: (change) => call('writeRecording', change),
    async stop() {
      stopped = true;
      const ending = worker;
      worker = undefined;
      await ending?.terminate();
    },
  };
}
