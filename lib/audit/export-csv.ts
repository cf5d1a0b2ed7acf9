import type { AuditRecord } from './types.ts';

/** The columns of the trail as CSV, in order. */
export const auditColumns = [
  'id',
  'time',
  'email',
  'via',
  'address',
  'operation',
  'engine',
  'targets',
  'params',
  'outcome',
  'status',
  'reason',
  'error',
  'durationMs',
  'bytesIn',
  'bytesOut',
  'count',
] as const;

/** One record as a line of CSV (RFC 4180, with its line end). */
export function toCsvLine(record: AuditRecord): string {
  const cells: Record<(typeof auditColumns)[number], string | number | undefined> = {
    id: record.id,
    time: new Date(record.at).toISOString(),
    email: record.email,
    via: record.via,
    address: record.address,
    operation: record.operation,
    engine: record.engineName,
    targets: record.targets.map((target) => `${target.kind}:${target.name || target.id}`).join(' '),
    params: record.params && JSON.stringify(record.params),
    outcome: record.outcome,
    status: record.status,
    reason: record.reason,
    error: record.error,
    durationMs: record.durationMs,
    bytesIn: record.bytesIn,
    bytesOut: record.bytesOut,
    count: record.count,
  };
  return `${auditColumns.map((column) => quote(cells[column])).join(',')}\r\n`;
}

function quote(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // A container may be named `=cmd|...`: a spreadsheet would run what begins like a formula (CSV injection).
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
