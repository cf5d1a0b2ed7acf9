'use client';
import { AuditId } from '#components/ui/error-state.tsx';
import { StateDot } from '#components/ui/state-dot.tsx';
import { formatBytes } from '#lib/shared/format.ts';
import type { JobItem } from '#lib/shared/realtime.ts';
import { itemLook } from './job-look.ts';

/** One step: what, how it stands, the engine's own words, and each layer of a pull or push. */
export function JobItemLine({ item }: { item: JobItem }) {
  const look = itemLook(item);
  return (
    <li className="text-xs">
      <div className="flex items-baseline gap-2">
        <StateDot {...look} hideWord className="translate-y-px" />
        <span className="min-w-0 flex-1 break-words">{item.label}</span>
        <span className="shrink-0 text-ink-faint">{item.engine}</span>
      </div>
      {item.message && (
        <p
          className={`ml-4 whitespace-pre-wrap break-words font-mono ${item.state === 'failed' ? 'text-bad' : 'text-ink-faint'}`}
        >
          {item.message}
        </p>
      )}
      {item.state === 'failed' && item.auditId && (
        <div className="ml-4">
          <AuditId id={item.auditId} />
        </div>
      )}
      {item.layers && item.state === 'running' && <Layers layers={item.layers} />}
    </li>
  );
}

function Layers({ layers }: { layers: NonNullable<JobItem['layers']> }) {
  return (
    <ul className="mt-1 ml-4 space-y-0.5 text-ink-soft">
      {layers.map((layer) => (
        <li key={layer.id} className="grid grid-cols-[88px_96px_1fr_auto] items-center gap-2">
          <code className="truncate font-mono">{layer.id}</code>
          <span className="truncate">{layer.status}</span>
          <span aria-hidden="true" className="h-1 overflow-hidden rounded-full bg-line">
            {layer.total ? (
              <span
                className="block h-full bg-accent"
                style={{ width: `${Math.min(100, ((layer.current ?? 0) / layer.total) * 100)}%` }}
              />
            ) : null}
          </span>
          <span className="text-ink-faint tabular-nums">{layer.total ? formatBytes(layer.total) : ''}</span>
        </li>
      ))}
    </ul>
  );
}
