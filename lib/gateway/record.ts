import type { Audit, AuditBegin, AuditEnd } from '#lib/audit/types.ts';
import { type AppError, appError, isAppError } from '#lib/shared/errors.ts';
import { outOfScopeOf } from './scope/misses.ts';

/** The trail's side of one request: begun before the work, ended once. */
export interface Recorded {
  /** Absent: the request is counted only. */
  id?: string;
  end(end: Omit<AuditEnd, 'durationMs'>): Promise<void>;
}

/**
 * Begins the record; rejects with unavailable when it can't be stored, and then nothing may go to the engine. Without
 * `recorded` it is only counted, which costs no write and fails for nobody.
 */
export async function beginRecord(
  audit: Pick<Audit, 'begin' | 'end' | 'count'>,
  begin: AuditBegin,
  options: { recorded: boolean; startedAt: number; now: () => number },
): Promise<Recorded> {
  if (begin.principal.kind === 'system') return { end: async () => undefined };
  if (!options.recorded) {
    audit.count(begin);
    return { end: async () => undefined };
  }
  let id: string;
  try {
    id = await audit.begin(begin);
  } catch (error) {
    throw appError('unavailable', 'The trail can not be written, so nothing that needs a record is begun.', error);
  }
  let ended = false;
  return {
    id,
    async end(end) {
      if (ended) return;
      ended = true;
      await audit.end(id, { ...end, durationMs: options.now() - options.startedAt });
    },
  };
}

/**
 * Records a refusal and gives the error to throw, with the record's id. A refusal stands even when the trail can't be
 * written: failing open is for nobody, failing closed is what it does already.
 */
export async function recordRefusal(
  audit: Pick<Audit, 'record'>,
  begin: AuditBegin,
  error: unknown,
  durationMs: number,
): Promise<AppError> {
  const refusal = isAppError(error) ? error : appError('internal', 'The door failed on this request.', error);
  if (begin.principal.kind === 'system') return refusal;
  const hidden = outOfScopeOf(refusal);
  const noEngine = refusal.code === 'not-found' && begin.engineId === undefined;
  const denied = refusal.code === 'forbidden' || noEngine || hidden !== undefined;
  const end: AuditEnd = {
    outcome: denied ? 'denied' : 'failed',
    status: refusal.status,
    durationMs,
    ...(denied ? { reason: hidden?.reason ?? refusal.message } : { error: refusal.message }),
  };
  try {
    refusal.auditId = await audit.record(begin, end);
  } catch (cause) {
    refusal.cause ??= cause;
  }
  return refusal;
}

const settleMs = 5000;

/** Knows which records are begun and not ended, so that a stop can wait for their ends. */
export function createOpenRecords<A extends Pick<Audit, 'begin' | 'end'>>(audit: A) {
  const open = new Set<string>();
  let wake: (() => void) | undefined;
  return {
    audit: {
      ...audit,
      async begin(begin: AuditBegin) {
        const id = await audit.begin(begin);
        open.add(id);
        return id;
      },
      async end(id: string, end: AuditEnd) {
        await audit.end(id, end);
        open.delete(id);
        if (open.size === 0) wake?.();
      },
    },
    /** Resolves when none is open; after five seconds in any case: those left show as `unknown` at the next start. */
    async settled(): Promise<void> {
      if (open.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((done) => {
        wake = done;
        timer = setTimeout(done, settleMs);
      });
      clearTimeout(timer);
    },
  };
}
