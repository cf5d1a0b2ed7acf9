import type { AuditRow } from './audit-row.ts';

/** How long after the first denial equal ones are added to its record. */
const foldMs = 60_000;
/** Different denials to remember; the oldest go, and then begin a record of their own again. */
const rememberedMax = 2000;

/** The denials of the last minute, so that a client that retries for hours does not fill the trail. */
export interface DenialFold {
  find(key: string, atMs: number): AuditRow | undefined;
  remember(key: string, row: AuditRow, atMs: number): void;
}

export function createDenialFold(): DenialFold {
  const recent = new Map<string, { row: AuditRow; atMs: number }>();
  return {
    find(key, atMs) {
      const known = recent.get(key);
      if (!known) return undefined;
      if (atMs - known.atMs < foldMs) return known.row;
      recent.delete(key);
      return undefined;
    },
    remember(key, row, atMs) {
      recent.delete(key);
      recent.set(key, { row, atMs });
      if (recent.size <= rememberedMax) return;
      const oldest = recent.keys().next().value;
      if (oldest !== undefined) recent.delete(oldest);
    },
  };
}
