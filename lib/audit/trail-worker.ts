import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { openSqliteFile } from '#lib/db/sqlite-file.ts';
import { createTrailStore, type TrailStore } from './trail-store.ts';

// The trail's own thread over the embedded database. A commit there is synchronous and waits for the disk: on the main
// thread every request would wait with it.

/** What the main thread asks: a method of the store with its arguments. */
export interface TrailCall {
  n: number;
  method: keyof TrailStore;
  args: unknown[];
}

export interface TrailAnswer {
  n: number;
  result?: unknown;
  error?: string;
}

const port = parentPort;
if (port) {
  const { file, key } = z.object({ file: z.string(), key: z.instanceof(Uint8Array) }).parse(workerData);
  const { db } = openSqliteFile(file);
  const store = createTrailStore(db, Buffer.from(key));
  // Calls are taken one by one: SQLite has one writer.
  let last: Promise<unknown> = Promise.resolve();
  port.on('message', (call: TrailCall) => {
    last = last.then(async () => {
      const answer: TrailAnswer = { n: call.n };
      try {
        answer.result = await (store[call.method] as (...args: unknown[]) => Promise<unknown>)(...call.args);
      } catch (error) {
        answer.error = error instanceof Error ? error.message : String(error);
      }
      port.postMessage(answer);
    });
  });
}
