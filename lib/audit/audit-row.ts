import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Tables } from '#lib/db/types.ts';
import type { AuditBegin, AuditEnd, AuditRecord, AuditTarget } from './types.ts';

export type AuditRow = Selectable<Tables['audit']>;

/** What one record may hold at most: a request must not be able to fill the disk with its own description. */
const targetsMax = 100;
const labelsCharsMax = 4096;
const paramsCharsMax = 16 * 1024;
const textCharsMax = 2000;

/** A begun record as a row. `params` have their secrets masked by whoever begins it. */
export function toRow(id: string, at: number, { principal, ...begin }: AuditBegin): AuditRow {
  const targets = begin.targets.slice(0, targetsMax).map(limitLabels);
  return {
    id,
    at,
    ...describePrincipal(principal),
    operation: begin.operation,
    engine_id: begin.engineId ?? null,
    engine_name: begin.engineName ?? null,
    targets: JSON.stringify(targets),
    target_text: targets
      .map((target) => target.name || target.id)
      .join(' ')
      .slice(0, textCharsMax),
    params: begin.params === undefined ? null : limitParams(begin.params),
    outcome: 'pending',
    status: null,
    reason: null,
    bytes_in: null,
    bytes_out: null,
    duration_ms: null,
    error: null,
    count: 1,
  };
}

/** Writes the end into a begun row. */
export function applyEnd(row: AuditRow, end: AuditEnd): void {
  row.outcome = end.outcome;
  row.status = end.status ?? null;
  row.reason = end.reason?.slice(0, textCharsMax) ?? null;
  row.bytes_in = end.bytesIn ?? null;
  row.bytes_out = end.bytesOut ?? null;
  row.duration_ms = Math.round(end.durationMs);
  row.error = end.error?.slice(0, textCharsMax) ?? null;
}

/** What an object's own history is found by: the ids and the lower-case names of the row's targets. */
export function targetKeys(row: Pick<AuditRow, 'targets'>): string[] {
  const keys = parseTargets(row.targets).flatMap((target) => [target.id, target.name.toLowerCase()]);
  return [...new Set(keys.filter((key) => key !== '' && key.length <= textCharsMax))];
}

/** A name of the trail, as search finds it. */
export interface AuditName {
  kind: 'email' | 'engine' | 'operation' | 'target';
  /** In lower case. */
  name: string;
  /** The user's or the engine's id; for an operation and a target the text that the row is found by. */
  ref: string;
}

/** The names that a row is searched by. */
export function namesIn(row: AuditRow): AuditName[] {
  const names: AuditName[] = [{ kind: 'operation', name: row.operation.toLowerCase(), ref: row.operation }];
  if (row.email && row.user_id) names.push({ kind: 'email', name: row.email.toLowerCase(), ref: row.user_id });
  if (row.engine_name && row.engine_id) {
    names.push({ kind: 'engine', name: row.engine_name.toLowerCase(), ref: row.engine_id });
  }
  for (const { name } of parseTargets(row.targets)) {
    if (name !== '') names.push({ kind: 'target', name: name.toLowerCase(), ref: name.toLowerCase() });
  }
  return names;
}

const targetsSchema = z.array(
  z.object({ kind: z.string(), id: z.string(), name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
);
const paramsSchema = z.record(z.string(), z.unknown());
const outcomeSchema = z.enum(['pending', 'done', 'failed', 'denied', 'unknown']).catch('unknown');

/** A stored row as the record that pages show. */
export function toRecord(row: AuditRow): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    userId: row.user_id ?? undefined,
    email: row.email ?? undefined,
    via: row.via ?? undefined,
    address: row.address ?? undefined,
    operation: row.operation,
    engineId: row.engine_id ?? undefined,
    engineName: row.engine_name ?? undefined,
    targets: parseTargets(row.targets),
    params: row.params === null ? undefined : paramsSchema.parse(JSON.parse(row.params)),
    outcome: outcomeSchema.parse(row.outcome),
    status: row.status ?? undefined,
    reason: row.reason ?? undefined,
    bytesIn: row.bytes_in ?? undefined,
    bytesOut: row.bytes_out ?? undefined,
    durationMs: row.duration_ms ?? undefined,
    error: row.error ?? undefined,
    count: row.count,
  };
}

/** Who, as the columns of a record: by which session or token, and from where. */
export function describePrincipal(principal: AuditBegin['principal']): {
  user_id: string | null;
  email: string | null;
  via: string;
  address: string | null;
} {
  if (principal.kind === 'system') return { user_id: null, email: null, via: principal.purpose, address: null };
  if (principal.kind === 'anonymous') {
    return { user_id: null, email: null, via: 'anonymous', address: principal.address ?? null };
  }
  const { via } = principal;
  return {
    user_id: principal.userId,
    email: principal.email,
    via: via.kind === 'token' ? `token:${via.name}` : `session:${via.id}`,
    address: principal.address ?? null,
  };
}

function parseTargets(text: string): AuditTarget[] {
  return targetsSchema.parse(JSON.parse(text));
}

function limitLabels({ kind, id, name, labels }: AuditTarget): AuditTarget {
  const short = { kind, id: id.slice(0, 512), name: name.slice(0, 512) };
  return labels && JSON.stringify(labels).length <= labelsCharsMax ? { ...short, labels } : short;
}

function limitParams(params: Record<string, unknown>): string {
  const text = JSON.stringify(params);
  if (text.length <= paramsCharsMax) return text;
  return JSON.stringify({ cut: `${text.length} characters, too long to keep`, keys: Object.keys(params).slice(0, 50) });
}
