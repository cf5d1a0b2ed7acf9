'use client';
import dynamic from 'next/dynamic';
import { type ReactNode, useMemo } from 'react';
import { Banner } from '#components/ui/banner.tsx';
import { cn } from '#components/ui/cn.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { formatBytes, formatPercent } from '#lib/shared/format.ts';
import { type StatsPoint, toSeries } from './stats-history.ts';
import type { ChartSeries } from './time-chart.tsx';
import { useContainerStats } from './use-container-stats.ts';

const TimeChart = dynamic(() => import('./time-chart.tsx').then((module) => module.TimeChart), {
  ssr: false,
  loading: () => <Skeleton className="h-[150px] w-full" />,
});

const cpu: readonly ChartSeries[] = [{ label: 'CPU', color: '--chart-2', fill: true }];
const memory: readonly ChartSeries[] = [{ label: 'Memory', color: '--chart-4', fill: true }];
const network: readonly ChartSeries[] = [
  { label: 'Received', color: '--chart-3' },
  { label: 'Sent', color: '--chart-1' },
];
const disk: readonly ChartSeries[] = [
  { label: 'Read', color: '--chart-6' },
  { label: 'Written', color: '--chart-5' },
];
const formatRate = (value: number) => `${formatBytes(value)}/s`;
const legendColour: Record<ChartSeries['color'], string> = {
  '--chart-1': 'bg-chart-1',
  '--chart-2': 'bg-chart-2',
  '--chart-3': 'bg-chart-3',
  '--chart-4': 'bg-chart-4',
  '--chart-5': 'bg-chart-5',
  '--chart-6': 'bg-chart-6',
};

/** CPU, memory, network and disk of one container, live. */
export function ContainerStatsPanel(props: { engine: string; container: string; running: boolean }) {
  const { engine, container, running } = props;
  const { history, state, problem } = useContainerStats(engine, container, running);
  const { points, last } = history;
  const point = points.at(-1);
  if (!running && !last)
    return (
      <p className="mx-auto max-w-md px-6 py-16 text-center text-ink-soft">
        The container is not running: there is nothing to measure.
      </p>
    );
  return (
    <div className="space-y-3 p-3 sm:p-4">
      {problem && state === 'ended' && <Banner tone="warn">{problem.message}</Banner>}
      <div className="grid gap-3 lg:grid-cols-2">
        <Chart
          title="CPU"
          points={points}
          fields={['cpuPercent']}
          series={cpu}
          format={formatPercent}
          values={[last && `${formatPercent(last.cpuPercent)} of one core`]}
          note={last && `${last.cpus} ${last.cpus === 1 ? 'core' : 'cores'} on the host, ${last.pids} processes`}
        />
        <Chart
          title="Memory"
          points={points}
          fields={['memoryBytes']}
          series={memory}
          format={formatBytes}
          floor={1_000_000}
          limit={last?.memoryLimitBytes || undefined}
          values={[last && formatBytes(last.memoryBytes)]}
          note={
            last &&
            last.memoryLimitBytes > 0 &&
            `${formatPercent((last.memoryBytes / last.memoryLimitBytes) * 100)} of ${formatBytes(last.memoryLimitBytes)}`
          }
        />
        <Chart
          title="Network"
          points={points}
          fields={['netRx', 'netTx']}
          series={network}
          format={formatRate}
          floor={1000}
          values={[rateText(point?.netRx), rateText(point?.netTx)]}
          note={last && `${formatBytes(last.netRxBytes)} received and ${formatBytes(last.netTxBytes)} sent in all`}
        />
        <Chart
          title="Disk"
          points={points}
          fields={['diskRead', 'diskWrite']}
          series={disk}
          format={formatRate}
          floor={1000}
          values={[rateText(point?.diskRead), rateText(point?.diskWrite)]}
          note={
            last && `${formatBytes(last.diskReadBytes)} read and ${formatBytes(last.diskWriteBytes)} written in all`
          }
        />
      </div>
    </div>
  );
}

function rateText(value: number | null | undefined): string | undefined {
  return typeof value === 'number' ? formatRate(value) : undefined;
}

interface ChartProps {
  title: string;
  points: readonly StatsPoint[];
  fields: readonly (keyof StatsPoint)[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  limit?: number;
  floor?: number;
  values: readonly (string | undefined)[];
  note?: ReactNode;
}

function Chart({ title, points, fields, series, format, limit, floor, values, note }: ChartProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the fields of a chart never change
  const data = useMemo(() => toSeries(points, fields), [points]);
  return (
    <section aria-label={title} className="rounded-lg border bg-panel">
      <header className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-3 pt-2.5">
        <h2 className="font-semibold">{title}</h2>
        {series.map(({ label, color }, i) => (
          <span key={label} className="flex items-baseline gap-1.5">
            {series.length > 1 && (
              <>
                <span aria-hidden="true" className={cn('size-2 self-center rounded-full', legendColour[color])} />
                <span className="text-ink-soft text-xs">{label}</span>
              </>
            )}
            <span className="font-mono tabular-nums">{values[i] ?? '–'}</span>
          </span>
        ))}
        <span className="ml-auto text-ink-faint text-xs">{note}</span>
      </header>
      <div className="px-1 pb-1">
        <TimeChart
          label={`${title} over the last five minutes`}
          data={data}
          series={series}
          format={format}
          limit={limit}
          floor={floor}
        />
      </div>
    </section>
  );
}
