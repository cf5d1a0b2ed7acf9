import { Badge, type BadgeTone } from '#components/ui/badge.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import type { AuditShown } from '../schemas.ts';

const tones: Record<AuditShown['outcome'], BadgeTone> = {
  done: 'ok',
  denied: 'bad',
  failed: 'warn',
  pending: 'info',
  unknown: 'plain',
};
const words: Record<AuditShown['outcome'], string> = {
  done: 'done',
  denied: 'denied',
  failed: 'failed',
  pending: 'running',
  unknown: 'unknown',
};

export function OutcomeBadge({ record }: { record: AuditShown }) {
  return (
    <Badge tone={tones[record.outcome]}>
      {words[record.outcome]}
      {record.count > 1 && ` ×${record.count}`}
    </Badge>
  );
}

/** Newest first; on a phone each record is two lines. */
export function AuditTable({ rows, onOpen }: { rows: readonly AuditShown[]; onOpen: (record: AuditShown) => void }) {
  return (
    <table className="w-full table-fixed text-left" aria-label="Audit records">
      <thead>
        <tr className="border-y bg-sunken text-ink-faint text-xs max-sm:hidden">
          <th scope="col" className="h-8 w-32 px-3 font-medium sm:pl-4">
            When
          </th>
          <th scope="col" className="w-52 px-3 font-medium">
            Who
          </th>
          <th scope="col" className="w-44 px-3 font-medium">
            Operation
          </th>
          <th scope="col" className="px-3 font-medium">
            On
          </th>
          <th scope="col" className="w-28 px-3 font-medium">
            Result
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((record) => (
          <tr
            key={record.id}
            className="cursor-pointer border-b hover:bg-hover max-sm:block max-sm:px-3 max-sm:py-1.5"
            onClick={() => onOpen(record)}
          >
            <td className="h-8 truncate px-3 text-ink-soft max-sm:float-right max-sm:h-auto max-sm:px-0 max-sm:text-xs sm:pl-4">
              <RelativeTime at={record.at} />
            </td>
            <td className="truncate px-3 max-sm:inline max-sm:px-0" title={`${record.email ?? ''} ${record.via ?? ''}`}>
              {record.email ?? <span className="text-ink-faint">nobody ({record.address})</span>}
            </td>
            <td className="truncate px-3 font-mono text-xs max-sm:inline max-sm:px-2">
              <button type="button" onClick={() => onOpen(record)}>
                {record.operation}
              </button>
            </td>
            <td className="truncate px-3 max-sm:block max-sm:px-0 max-sm:text-ink-soft">
              {record.targets.map(({ name }) => name).join(', ')}
              {record.engineName && <span className="text-ink-faint"> on {record.engineName}</span>}
            </td>
            <td className="px-3 max-sm:inline max-sm:px-0">
              <OutcomeBadge record={record} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
