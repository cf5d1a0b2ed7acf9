import type { Database } from '#lib/db/open-database.ts';
import { createLog } from '#lib/log.ts';
import { describePrincipal } from './audit-row.ts';
import type { AuditBegin } from './types.ts';

const log = createLog();

const flushMs = 30_000;
/** Distinct counters between two writes; past this they are written at once. */
const countersMax = 5000;
const groupMax = 500;

/** Counts reads per principal, operation, engine and minute in memory, and adds them to the table twice a minute. */
export interface ReadCounter {
  count(record: AuditBegin): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

interface Counter {
  minute: number;
  user_id: string;
  email: string;
  operation: string;
  engine_id: string;
  engine_name: string;
  count: number;
}

export function createReadCounter(db: Database, now: () => number): ReadCounter {
  let counters = new Map<string, Counter>();
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();

  function add(counter: Counter): void {
    const key = `${counter.minute}|${counter.user_id}|${counter.operation}|${counter.engine_id}`;
    const known = counters.get(key);
    if (known) known.count += counter.count;
    else if (counters.size < 2 * countersMax) counters.set(key, counter);
  }

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const rows = [...counters.values()];
    counters = new Map();
    for (let at = 0; at < rows.length; at += groupMax) {
      const group = rows.slice(at, at + groupMax);
      try {
        await db
          .insertInto('audit_counts')
          .values(group)
          .onConflict((conflict) =>
            conflict
              .columns(['minute', 'user_id', 'operation', 'engine_id'])
              .doUpdateSet((eb) => ({ count: eb('audit_counts.count', '+', eb.ref('excluded.count')) })),
          )
          .execute();
      } catch (error) {
        // Counts fail open, unlike records: reading goes on, and what could not be added is added later.
        log.error('counts of reads could not be stored', { error });
        for (const counter of group) add(counter);
      }
    }
  }

  const flush = (): Promise<void> => {
    flushing = flushing.then(write);
    return flushing;
  };

  return {
    count(record) {
      const who = describePrincipal(record.principal);
      add({
        minute: Math.floor(now() / 60_000) * 60_000,
        user_id: who.user_id ?? '',
        email: who.email ?? who.via,
        operation: record.operation,
        engine_id: record.engineId ?? '',
        engine_name: record.engineName ?? '',
        count: 1,
      });
      if (counters.size === countersMax) void flush();
      timer ??= setTimeout(() => void flush(), flushMs);
    },
    flush,
    stop: flush,
  };
}
