import { appError } from '#lib/shared/errors.ts';
import type { AuditRow } from './audit-row.ts';
import type { ChainPoint } from './chain.ts';
import type { DiskReserve } from './disk-reserve.ts';
import type { TrailStore } from './trail-store.ts';

/** Stores rows in groups: all that come while one commit is under way share the next one. */
export interface RowWriter {
  /**
   * Resolves when this state of the row is committed; rejects (and forgets the row) when it can't be. `isNew`: nothing
   * of it is stored yet.
   */
  store(row: AuditRow, isNew: boolean): Promise<void>;
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>;
}

/** Rows waiting for a commit; more means that the disk can't keep up. */
export const waitingMax = 20_000;
/** Rows of one commit. */
const groupMax = 500;

interface Waiting {
  row: AuditRow;
  isNew: boolean;
  settle: { resolve: () => void; reject: (error: unknown) => void }[];
}

export interface RowWriterDeps {
  store: Pick<TrailStore, 'commit'>;
  reserve?: DiskReserve;
  /** Called with every state that was committed, in order; must not throw. */
  onStored?(row: AuditRow, isNew: boolean, point: ChainPoint): void;
}

/** The writer over one store. A full disk is met once by giving up the reserve, so that the trail can go on. */
export function createRowWriter({ store, reserve, onStored }: RowWriterDeps): RowWriter {
  const waiting = new Map<string, Waiting>();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // One turn of the loop, so that the requests that arrived together share the first commit too.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.size > 0) {
      const group = [...waiting.values()].slice(0, groupMax);
      for (const { row } of group) waiting.delete(row.id);
      // A row may change while its commit is under way.
      const states = group.map(({ row, isNew }) => ({ row: { ...row }, isNew }));
      try {
        const point = await commit(states);
        for (const { settle } of group) for (const { resolve } of settle) resolve();
        if (onStored) for (const { row, isNew } of states) onStored(row, isNew, point);
      } catch (error) {
        const failure = appError('unavailable', 'The audit trail can not be stored, so this was not done.', error);
        for (const { settle } of group) for (const { reject } of settle) reject(failure);
      }
    }
    running = undefined;
  }

  async function commit(states: { row: AuditRow; isNew: boolean }[]): Promise<ChainPoint> {
    try {
      return await store.commit(states);
    } catch (error) {
      // The error itself does not tell: SQLite rolls a full disk back by itself, and Kysely's own rollback then fails
      // and hides the cause. The reserve looks at the disk.
      if (!reserve?.release()) throw error;
      return await store.commit(states);
    }
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
