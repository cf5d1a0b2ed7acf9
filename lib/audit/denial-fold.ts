import { type AuditRow, describePrincipal } from './audit-row.ts';
import type { AuditBegin, AuditEnd } from './types.ts';

/** How long after the first refusal others are added to its record. */
const foldMs = 60_000;
/** Different refusals to remember; the oldest go, and then begin a record of their own again. */
const rememberedMax = 2000;
/** Refusals in a minute that get a record with all they say: of one caller, of all callers. */
export const perCallerMax = 60;
export const overallMax = 600;

/** What is to be done with a refusal. */
export interface Fold {
  /** The record that it is added to; absent: it gets one of its own. */
  row?: AuditRow;
  record: AuditBegin;
  end: AuditEnd;
  remember(row: AuditRow): void;
  forget(): void;
}

/**
 * The refusals of the last minute, so that nobody can fill the trail (and the disk) with what he may not do. Equal ones
 * share a record. Whoever makes many that differ gets one record an operation and outcome that counts the rest, and
 * when many do (each address of a botnet is a caller of its own) they share theirs.
 */
export interface DenialFold {
  find(record: AuditBegin, end: AuditEnd, atMs: number): Fold;
}

export function createDenialFold(): DenialFold {
  const recent = new Map<string, { row: AuditRow; atMs: number }>();
  const callers = new Map<string, number>();
  let windowAt = 0;
  let overall = 0;

  function known(key: string, atMs: number): AuditRow | undefined {
    const found = recent.get(key);
    if (!found) return undefined;
    if (atMs - found.atMs < foldMs) return found.row;
    recent.delete(key);
    return undefined;
  }

  function remember(key: string, row: AuditRow, atMs: number): void {
    recent.delete(key);
    recent.set(key, { row, atMs });
    if (recent.size <= rememberedMax) return;
    const oldest = recent.keys().next().value;
    if (oldest !== undefined) recent.delete(oldest);
  }

  return {
    find(record, end, atMs) {
      const { user_id, via, address } = describePrincipal(record.principal);
      const caller = JSON.stringify([user_id, via, address]);
      const make = (key: string, as: AuditBegin, how: AuditEnd): Fold => ({
        row: known(key, atMs),
        record: as,
        end: how,
        remember: (row) => remember(key, row, atMs),
        forget: () => recent.delete(key),
      });
      const equal = make(equalKey(caller, record, end), record, end);
      if (equal.row) return equal;
      if (atMs - windowAt >= foldMs) {
        windowAt = atMs;
        overall = 0;
        callers.clear();
      }
      const own = callers.get(caller) ?? 0;
      if (own < perCallerMax && overall < overallMax) {
        callers.set(caller, own + 1);
        overall++;
        return equal;
      }
      const many = overall >= overallMax && own < perCallerMax;
      const { operation } = record;
      const { outcome, status, durationMs } = end;
      const words = many
        ? 'Many callers were refused many different things in this minute; the others are counted here.'
        : 'Many different requests were refused in this minute; the others are counted here.';
      const principal: AuditBegin['principal'] = many ? { kind: 'anonymous' } : record.principal;
      const how: AuditEnd = { outcome, status, durationMs, [outcome === 'denied' ? 'reason' : 'error']: words };
      const rest = many ? ['many', outcome] : [caller, operation, outcome];
      const as: AuditBegin = { principal, operation: many ? 'unknown' : operation, targets: [] };
      return make(JSON.stringify(rest), as, how);
    },
  };
}

/** Refusals that differ in none of these say nothing new. */
function equalKey(caller: string, record: AuditBegin, end: AuditEnd): string {
  const targets = record.targets.map((target) => `${target.kind}:${target.id}:${target.name}`);
  const { operation, engineId, params } = record;
  return JSON.stringify([caller, operation, engineId, end.outcome, end.reason ?? end.error, targets, params]);
}
