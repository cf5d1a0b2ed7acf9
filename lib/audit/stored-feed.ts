import { createLog } from '#lib/log.ts';
import { type AuditRow, toRecord } from './audit-row.ts';
import type { ChainPoint } from './chain.ts';
import type { StoredListener } from './types.ts';

const log = createLog();

/** Hands what was stored to whoever follows the trail. Costs nothing while nobody does. */
export function createStoredFeed() {
  const listeners = new Set<StoredListener>();
  return {
    listen(listener: StoredListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(row: AuditRow, isNew: boolean, chain: ChainPoint): void {
      if (listeners.size === 0) return;
      const phase = row.outcome === 'pending' && isNew ? 'begin' : 'end';
      const state = { phase, record: toRecord(row), chain } as const;
      for (const listener of listeners) {
        try {
          listener(state);
        } catch (error) {
          log.error('a follower of the trail failed', { error });
        }
      }
    },
  };
}
