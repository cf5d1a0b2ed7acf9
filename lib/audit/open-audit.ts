import { idFloor, newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import { createLog } from '#lib/log.ts';
import { appError } from '#lib/shared/errors.ts';
import { type AuditRow, applyEnd, toRecord, toRow } from './audit-row.ts';
import { createDenialFold } from './denial-fold.ts';
import { createDiskReserve } from './disk-reserve.ts';
import { createHeadFile } from './head-file.ts';
import { openTrailStore } from './open-trail-store.ts';
import { queryAudit } from './query-audit.ts';
import { createReadCounter } from './read-counter.ts';
import { markLost } from './recordings/read-recordings.ts';
import { createRowWriter } from './row-writer.ts';
import { createStoredFeed } from './stored-feed.ts';
import type { Audit } from './types.ts';

const log = createLog();

/** Records that are begun and not ended: open streams and terminals too. */
const openMax = 50_000;
const retryMs = 5000;
/** How often a reserve that was given up is looked after. */
const reserveMs = 60_000;

export interface AuditOptions {
  db: Database;
  /** The data folder, where room on the disk is kept for the trail; absent: the database lives elsewhere. */
  reserveDir?: string;
  /** The console, at its start: what an earlier run left unended becomes `unknown`. Not for the command line. */
  recover?: boolean;
  /** Seals the chain: `secretBox.key('trail')`. Absent: a test's. */
  key?: Buffer;
  /** The data folder, where the chain's head is noted beside the database; absent: nowhere. */
  headDir?: string;
  /** Commits of an embedded database in a thread of their own, so that no request waits for the disk. */
  ownThread?: boolean;
  /** For tests. */
  now?: () => number;
}

/** Opens the trail over an open database. The caller ends it with `stop()` before it destroys the database. */
export async function openAudit({
  db,
  reserveDir,
  recover,
  key = Buffer.alloc(32),
  headDir,
  ownThread = false,
  now = Date.now,
}: AuditOptions): Promise<Audit> {
  const store = openTrailStore(db, key, { ownThread, now });
  if (recover) {
    await store.recover();
    await markLost(db);
  }
  const reserve = reserveDir === undefined ? undefined : createDiskReserve(reserveDir);
  const restoreReserve = () =>
    reserve?.restore().catch((error: unknown) => log.error('the reserve on the disk could not be made', { error }));
  await restoreReserve();
  const reserveTimer = reserve && setInterval(restoreReserve, reserveMs);
  const headFile = headDir === undefined ? undefined : createHeadFile(headDir);
  const stored = createStoredFeed();
  const writer = createRowWriter({
    store,
    reserve,
    onStored(row, isNew, point) {
      headFile?.note(point);
      stored.tell(row, isNew, point);
    },
  });
  const counter = createReadCounter(db, now);
  const folds = createDenialFold();
  const open = new Map<string, AuditRow>();
  /** Ends that could not be stored yet. */
  const lost = new Map<string, AuditRow>();
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  async function storeEnd(row: AuditRow): Promise<void> {
    try {
      await writer.store(row, false);
      lost.delete(row.id);
    } catch (error) {
      log.error('the end of an audit record could not be stored yet', { id: row.id, error });
      if (lost.size < openMax) lost.set(row.id, row);
      // After the stop the database is gone, and what is lost shows as `unknown` at the next start.
      if (!stopped) retry ??= setTimeout(() => void storeLost(), retryMs);
    }
  }

  async function storeLost(): Promise<void> {
    clearTimeout(retry);
    retry = undefined;
    await Promise.all([...lost.values()].map(storeEnd));
  }

  return {
    async begin(record) {
      if (open.size >= openMax) throw appError('unavailable', 'Too much is under way at once; try again shortly.');
      const at = now();
      const row = toRow(newId(at), at, record);
      open.set(row.id, row);
      try {
        await writer.store(row, true);
      } catch (error) {
        open.delete(row.id);
        throw error;
      }
      return row.id;
    },
    async end(id, end) {
      const row = open.get(id);
      if (!row) {
        log.error('an audit record was ended that is not open', { id });
        return;
      }
      open.delete(id);
      applyEnd(row, end);
      await storeEnd(row);
    },
    async record(record, end) {
      const at = now();
      const fold = end.outcome === 'done' ? undefined : folds.find(record, end, at);
      if (fold?.row) {
        fold.row.count++;
        await writer.store(fold.row, false);
        return fold.row.id;
      }
      const row = toRow(newId(at), at, fold?.record ?? record);
      applyEnd(row, fold?.end ?? end);
      // Known before it is stored: equal ones that come meanwhile are folded too.
      fold?.remember(row);
      try {
        await writer.store(row, true);
      } catch (error) {
        fold?.forget();
        throw error;
      }
      return row.id;
    },
    onStored: stored.listen,
    writeRecording: (change) => store.writeRecording(change),
    cut: (floorMs) => store.cut(idFloor(floorMs)),
    count: (record) => counter.count(record),
    query: (query) => queryAudit(db, query),
    async get(id) {
      const row = await db.selectFrom('audit').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toRecord(row);
    },
    async counts({ fromMs, toMs }) {
      await counter.flush();
      const rows = await db
        .selectFrom('audit_counts')
        .select((eb) => ['email', 'operation', 'engine_name', eb.fn.sum<number | string>('count').as('count')])
        .where('minute', '>=', fromMs)
        .where('minute', '<', toMs)
        .groupBy(['email', 'operation', 'engine_name'])
        .orderBy('email')
        .orderBy('operation')
        .execute();
      // The sum of bigints is a numeric on Postgres, which comes as text.
      return rows.map(({ email, operation, engine_name, count }) => ({
        email,
        operation,
        engineName: engine_name,
        count: Number(count),
      }));
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await storeLost();
      clearTimeout(retry);
      clearInterval(reserveTimer);
      await writer.settled();
      await counter.stop();
      await store.stop();
      await headFile?.stop();
    },
  };
}
