import type { Transaction } from 'kysely';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import { type AuditName, type AuditRow, namesIn, targetKeys } from './audit-row.ts';
import type { DiskReserve } from './disk-reserve.ts';

/** Stores rows in groups: all that come while one commit is under way share the next one. */
export interface RowWriter {
  /**
   * Resolves when this state of the row is committed; rejects (and forgets the row) when it can't be. `isNew`: its
   * targets are not stored yet.
   */
  store(row: AuditRow, isNew: boolean): Promise<void>;
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>;
}

/** Rows waiting for a commit; more means that the disk can't keep up. */
export const waitingMax = 20_000;
/** Rows of one transaction: 21 columns each stay below SQLite's and Postgres's limits of parameters. */
const groupMax = 500;
/** Rows of one statement for targets and names, two and three columns each. */
const smallRowsMax = 5000;
/** Names that are known to be stored, so that they are not written again with every record. */
const knownNamesMax = 20_000;

interface Waiting {
  row: AuditRow;
  isNew: boolean;
  settle: { resolve: () => void; reject: (error: unknown) => void }[];
}

/** The writer over one database. A full disk is met once by giving up the reserve, so that the trail can go on. */
export function createRowWriter(db: Database, reserve?: DiskReserve): RowWriter {
  const waiting = new Map<string, Waiting>();
  const knownNames = new Set<string>();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // One turn of the loop, so that the requests that arrived together share the first commit too.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.size > 0) {
      const group = [...waiting.values()].slice(0, groupMax);
      for (const { row } of group) waiting.delete(row.id);
      try {
        await commit(group);
        for (const { settle } of group) for (const { resolve } of settle) resolve();
      } catch (error) {
        const failure = appError('unavailable', 'The audit trail can not be stored, so this was not done.', error);
        for (const { settle } of group) for (const { reject } of settle) reject(failure);
      }
    }
    running = undefined;
  }

  async function commit(group: Waiting[]): Promise<void> {
    const fresh = group.filter(({ isNew }) => isNew).map(({ row }) => row);
    const names = new Map<string, AuditName>();
    for (const name of fresh.flatMap(namesIn)) {
      const key = `${name.kind}|${name.ref}|${name.name}`;
      if (!knownNames.has(key)) names.set(key, name);
    }
    const insert = () =>
      db.transaction().execute(async (trx) => {
        await upsert(trx, group);
        await insertFinders(trx, fresh, [...names.values()]);
      });
    try {
      await insert();
    } catch (error) {
      // The error itself does not tell: SQLite rolls a full disk back by itself, and Kysely's own rollback then fails
      // and hides the cause. The reserve looks at the disk.
      if (!reserve?.release()) throw error;
      await insert();
    }
    if (knownNames.size > knownNamesMax) knownNames.clear();
    for (const key of names.keys()) knownNames.add(key);
  }

  return {
    store(row, isNew) {
      const known = waiting.get(row.id);
      if (!known && waiting.size >= waitingMax) {
        return Promise.reject(appError('unavailable', 'The audit trail can not keep up; try again shortly.'));
      }
      return new Promise((resolve, reject) => {
        const settle = { resolve, reject };
        if (known) known.settle.push(settle);
        else waiting.set(row.id, { row, isNew, settle: [settle] });
        running ??= run();
      });
    },
    async settled() {
      while (running) await running;
    },
  };
}

async function upsert(trx: Transaction<Tables>, group: Waiting[]): Promise<void> {
  await trx
    .insertInto('audit')
    .values(group.map(({ row }) => row))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        outcome: eb.ref('excluded.outcome'),
        status: eb.ref('excluded.status'),
        reason: eb.ref('excluded.reason'),
        bytes_in: eb.ref('excluded.bytes_in'),
        bytes_out: eb.ref('excluded.bytes_out'),
        duration_ms: eb.ref('excluded.duration_ms'),
        error: eb.ref('excluded.error'),
        count: eb.ref('excluded.count'),
      })),
    )
    .execute();
}

/** What the rows are found by beside their own columns. */
async function insertFinders(trx: Transaction<Tables>, fresh: AuditRow[], names: AuditName[]): Promise<void> {
  const targets = fresh.flatMap((row) => targetKeys(row).map((target) => ({ target, audit_id: row.id })));
  for (let at = 0; at < targets.length; at += smallRowsMax) {
    await trx
      .insertInto('audit_targets')
      .values(targets.slice(at, at + smallRowsMax))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (let at = 0; at < names.length; at += smallRowsMax) {
    await trx
      .insertInto('audit_names')
      .values(names.slice(at, at + smallRowsMax))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
