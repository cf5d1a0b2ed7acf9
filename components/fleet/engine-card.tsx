'use client';
import Link from 'next/link';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { Badge } from '#components/ui/badge.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { formatBytes, formatPercent } from '#lib/shared/format.ts';
import type { EngineStatus } from '#lib/shared/inventory.ts';
import type { EngineStatsItem } from '#lib/shared/realtime.ts';
import { EngineState } from './engine-state.tsx';
import { Meter } from './meter.tsx';
import { useDiskUse } from './use-disk-use.ts';

/** One engine: how it is, what it holds, how busy its containers are, and of when that is. */
export function EngineCard({ engine, stats }: { engine: EngineStatus; stats: EngineStatsItem | undefined }) {
  const { name } = engine;
  const facts = [
    engine.product && engine.version && `${engine.product} ${engine.version}`,
    engine.apiVersion && `API ${engine.apiVersion}`,
    engine.os,
    engine.arch,
  ].filter(Boolean);
  return (
    <li className="flex flex-col gap-3 rounded-lg border bg-panel p-4">
      <div>
        <div className="flex items-center gap-2">
          <Link
            href={`/engines/${encodeURIComponent(name)}`}
            className="min-w-0 truncate font-semibold text-base hover:underline"
          >
            {name}
          </Link>
          <span className="ml-auto text-ink-soft text-xs">
            <EngineState engine={engine} />
          </span>
        </div>
        <p className="truncate text-ink-faint text-xs" title={engine.url}>
          {facts.length > 0 ? facts.join(' · ') : engine.url}
        </p>
        {engine.tags.length > 0 && (
          <div className="mt-1.5 flex flex-wrap gap-1">
            {engine.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </div>
        )}
      </div>
      {engine.problem && engine.state !== 'live' && (
        <p className="break-words rounded-md bg-warn-bg px-2.5 py-1.5 text-warn text-xs">{engine.problem}</p>
      )}
      <Counts engine={engine} />
      <Use engine={engine} stats={stats} />
      <p className="mt-auto flex justify-between gap-2 border-t pt-2 text-ink-faint text-xs">
        <span className="truncate">{engine.hostname ?? engine.transport}</span>
        <Age engine={engine} />
      </p>
    </li>
  );
}

function Age({ engine }: { engine: EngineStatus }) {
  if (engine.asOf === undefined) return <span>nothing known yet</span>;
  if (engine.state === 'live') return <span title="Changes show as they happen">up to date</span>;
  return (
    <span className="text-warn">
      as of <RelativeTime at={engine.asOf} />
    </span>
  );
}

function Counts({ engine: { name, counts } }: { engine: EngineStatus }) {
  const query = `?engine=${encodeURIComponent(name)}`;
  const figures = [
    { label: 'running', value: counts?.running, href: `/containers${query}&show=running` },
    {
      label: 'stopped',
      value: counts && counts.containers - counts.running - counts.paused,
      href: `/containers${query}&show=stopped`,
    },
    { label: 'images', value: counts?.images, href: `/images${query}` },
    { label: 'networks', value: counts?.networks, href: `/networks${query}` },
    { label: 'volumes', value: counts?.volumes, href: `/volumes${query}` },
  ];
  return (
    <ul className="grid grid-cols-5 gap-1">
      {figures.map(({ label, value, href }) => (
        <li key={label} className="min-w-0">
          <Link href={href} className="group block">
            <span className="block font-medium text-base tabular-nums group-hover:underline">
              {value === undefined ? '–' : value.toLocaleString('en-US')}
            </span>
            <span className="block truncate text-2xs text-ink-faint">{label}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Use({ engine, stats }: { engine: EngineStatus; stats: EngineStatsItem | undefined }) {
  const { may } = useCapabilities();
  const mayDisk = may(engine.name, 'system.df');
  const disk = useDiskUse(engine.name, mayDisk && engine.state === 'live');
  const { cpus, memoryBytes } = engine;
  const sampled = stats && stats.sampled < stats.running ? ` (${stats.sampled} of ${stats.running} sampled)` : '';
  const cores = cpus ? `${cpus} ${cpus === 1 ? 'core' : 'cores'}` : undefined;
  return (
    <div className="grid gap-2.5">
      <Meter
        label="CPU of its containers"
        text={
          [stats && formatPercent(cpus ? stats.cpuPercent / cpus : stats.cpuPercent), cores]
            .filter(Boolean)
            .join(' of ') || '–'
        }
        share={stats && cpus ? stats.cpuPercent / 100 / cpus : undefined}
        title={`Sum over its running containers${sampled}; the Engine API does not tell the host's own use.`}
      />
      <Meter
        label="Memory of its containers"
        text={
          [stats && formatBytes(stats.memoryBytes), memoryBytes && formatBytes(memoryBytes)]
            .filter(Boolean)
            .join(' of ') || '–'
        }
        share={stats && memoryBytes ? stats.memoryBytes / memoryBytes : undefined}
        title={`Sum over its running containers${sampled}; the Engine API does not tell the host's own use.`}
      />
      {mayDisk && (
        <div className="flex items-baseline justify-between gap-2 text-xs">
          <span className="text-ink-faint">Disk</span>
          <span className="text-ink-soft tabular-nums">
            {disk.data ? (
              <span
                title={`Images ${formatBytes(disk.data.images)}, containers ${formatBytes(disk.data.containers)}, volumes ${formatBytes(disk.data.volumes)}, build cache ${formatBytes(disk.data.buildCache)}`}
              >
                {formatBytes(disk.data.total)} <span className="text-ink-faint">· </span>
                <RelativeTime at={disk.data.countedAt} className="text-ink-faint" />
              </span>
            ) : disk.isError ? (
              <span className="text-warn" title={disk.error.message}>
                could not be read
              </span>
            ) : disk.isFetching ? (
              'being counted…'
            ) : (
              '–'
            )}
          </span>
        </div>
      )}
    </div>
  );
}
