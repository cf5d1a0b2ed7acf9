import { idFloor } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import { createLog } from '#lib/log.ts';
import type { TrailSettings } from '#lib/shared/trail.ts';
import type { Audit } from './types.ts';

const log = createLog();
const dayMs = 24 * 3600_000;
const everyMs = 3600_000;
/** After a start or a change: what else happens then comes first. */
const soonMs = 5000;

export interface RetentionDeps {
  db: Database;
  audit: Pick<Audit, 'cut' | 'record'>;
  settings: () => Pick<TrailSettings, 'retentionDays' | 'recordingDays'>;
  now?: () => number;
}

/** Removes what is older than wanted, every hour, in small parts between which the trail goes on. */
export interface Retention {
  runSoon(): void;
  /** One run; resolves with what was removed. */
  run(): Promise<{ records: number; recordings: number }>;
  stop(): Promise<void>;
}

export function createRetention({ db, audit, settings, now = Date.now }: RetentionDeps): Retention {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const arm = (ms: number) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void runQuietly(), ms);
  };

  async function run(): Promise<{ records: number; recordings: number }> {
    const { retentionDays, recordingDays } = settings();
    let records = 0;
    for (let done = retentionDays === null; !done && !stopped; ) {
      const part = await audit.cut(now() - (retentionDays ?? 0) * dayMs);
      records += part.records;
      done = part.done;
    }
    const recordings = recordingDays === null ? 0 : await removeRecordings(db, now() - recordingDays * dayMs);
    if (records + recordings > 0) {
      const principal = { kind: 'system', purpose: 'retention' } as const;
      const params = { records, recordings, retentionDays, recordingDays };
      await audit.record(
        { principal, operation: 'console.retention', targets: [], params },
        { outcome: 'done', durationMs: 0 },
      );
    }
    return { records, recordings };
  }

  async function runQuietly(): Promise<void> {
    running = run().catch((error: unknown) => log.error('old records could not be removed', { error }));
    await running;
    arm(everyMs);
  }
  arm(soonMs);

  return {
    runSoon: () => arm(soonMs),
    run,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function removeRecordings(db: Database, beforeMs: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('recordings')
    .where('id', '<', idFloor(beforeMs))
    .where('state', '!=', 'running')
    .executeTakeFirst();
  return Number(numDeletedRows);
}
