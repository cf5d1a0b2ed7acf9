'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Sheet } from '#components/ui/dialog.tsx';
import { explainHref } from '#components/ui/explain.ts';
import { formatBytes, formatExact } from '#lib/shared/format.ts';
import type { AuditShown } from '../schemas.ts';
import { OutcomeBadge } from './audit-table.tsx';

/** One record, whole. */
export function AuditRecordSheet({ record, onClose }: { record: AuditShown; onClose: () => void }) {
  const { mayConsole } = useCapabilities();
  const isSession = record.operation === 'exec.start' || record.operation === 'container.attach';
  const facts: [string, ReactNode][] = [
    ['Result', <OutcomeBadge key="outcome" record={record} />],
    ['Reason', record.reason],
    ['Error', record.error],
    ['When', formatExact(record.at)],
    ['Took', record.durationMs === undefined ? undefined : `${record.durationMs.toLocaleString('en')} ms`],
    ['Who', record.email ?? 'nobody'],
    ['Through', record.via],
    ['From', record.address],
    ['Engine', record.engineName],
    ['Status', record.status],
    ['Sent', record.bytesIn === undefined ? undefined : formatBytes(record.bytesIn)],
    ['Received', record.bytesOut === undefined ? undefined : formatBytes(record.bytesOut)],
  ];
  return (
    <Sheet open onOpenChange={onClose} title={<code className="font-mono">{record.operation}</code>}>
      <dl className="grid grid-cols-[7rem_1fr] gap-x-3 gap-y-1.5">
        {facts
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([label, value]) => (
            <div key={label} className="contents">
              <dt className="text-ink-faint">{label}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ))}
        {record.targets.map((target) => (
          <div key={`${target.kind}${target.id}`} className="contents">
            <dt className="text-ink-faint">{target.kind}</dt>
            <dd className="min-w-0 break-words">
              {target.name}
              {target.id !== target.name && (
                <code className="block break-all font-mono text-ink-faint text-xs">{target.id}</code>
              )}
            </dd>
          </div>
        ))}
        <dt className="text-ink-faint">Audit id</dt>
        <dd className="flex min-w-0 items-center gap-1">
          <code className="truncate font-mono text-xs">{record.id}</code>
          <CopyButton text={record.id} label="Copy the audit id" />
          {record.userId && (
            <Link className="ml-1 text-accent-text hover:underline" href={explainHref(record.id)}>
              Access check
            </Link>
          )}
        </dd>
      </dl>
      {isSession && mayConsole('console.recordings') && (
        <Link
          className="mt-3 inline-block text-accent-text hover:underline"
          href={`/settings/recordings?record=${record.id}`}
        >
          The recording of this terminal, if it was recorded
        </Link>
      )}
      {record.params && (
        <pre className="mt-4 overflow-x-auto rounded-md border bg-sunken p-3 font-mono text-xs">
          {JSON.stringify(record.params, null, 2)}
        </pre>
      )}
    </Sheet>
  );
}
