import type { AuditBegin, AuditEnd } from '#lib/audit/types.ts';
import { createLog } from '#lib/log.ts';
import type { Runtime } from '#lib/runtime.ts';

const log = createLog();

/** Recorded where possible: a full disk must not lock out those who could clear it, and signing in changes nothing. */
export async function noteSignIn(
  { audit }: Pick<Runtime, 'audit'>,
  begin: AuditBegin,
  outcome: AuditEnd['outcome'],
  reason?: string,
): Promise<void> {
  try {
    await audit.record(begin, { outcome, reason, status: outcome === 'done' ? 200 : 401, durationMs: 0 });
  } catch (error) {
    log.error('a sign-in could not be recorded', { error });
  }
}
