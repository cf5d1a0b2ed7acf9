'use client';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { readColor, useResolvedTheme } from '#components/shell/use-theme.ts';

export interface ChartSeries {
  label: string;
  color: `--chart-${1 | 2 | 3 | 4 | 5 | 6}`;
  fill?: boolean;
}

interface TimeChartProps {
  label: string;
  /** Times in seconds, then one column a series. */
  data: (number | null)[][];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  /** A line across, e.g. the memory limit; drawn when it is in sight. */
  limit?: number;
  /** The top of the scale is at least this: noise near nothing must not look like a mountain. */
  floor?: number;
  height?: number;
}

const windowSeconds = 300;

/** A line chart of the last minutes. Redraws in place, without animation; the cursor's values stand above it. */
export function TimeChart({ label, data, series, format, limit, floor = 1, height = 150 }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(data);
  latest.current = data;
  const theme = useResolvedTheme();
  const seriesKey = JSON.stringify(series);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's colours are read when the chart is made; series by value
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(
      options({ width: element.clientWidth, height, series, format, limit, floor }),
      toData(latest.current),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [theme, seriesKey, format, limit, floor, height]);

  useEffect(() => {
    plot.current?.setData(toData(data));
  }, [data]);

  return <div ref={box} role="img" aria-label={label} className="min-w-0 overflow-hidden [&_.u-legend]:hidden" />;
}

function toData(columns: (number | null)[][]): uPlot.AlignedData {
  const [times = [], ...rest] = columns;
  return [times.map((time) => time ?? 0), ...rest];
}

interface PlotOptions {
  width: number;
  height: number;
  series: readonly ChartSeries[];
  format: (value: number) => string;
  limit: number | undefined;
  floor: number;
}

function options({ width, height, series, format, limit, floor }: PlotOptions): uPlot.Options {
  const axis = {
    stroke: readColor('--ink-faint'),
    font: `11px ${readColor('--font-geist-sans') || 'sans-serif'}`,
    grid: { stroke: readColor('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    legend: { show: false },
    scales: {
      x: { time: true, range: (_u, _min, max) => [max - windowSeconds, max] },
      // From nothing, and never a full-height line for a value that hardly moves.
      y: { range: (_u, _min, max) => [0, Math.max(max * 1.15, floor)] },
    },
    axes: [
      { ...axis, size: 24, values: (_u, splits) => splits.map(clock) },
      { ...axis, size: 62, values: (_u, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...series.map(({ label, color, fill }) => ({
        label,
        stroke: readColor(color),
        width: 1.5,
        fill: fill ? `${readColor(color)}22` : undefined,
        points: { show: false },
        spanGaps: false,
      })),
    ],
    plugins: [tooltip(series, format), ...(limit === undefined ? [] : [limitLine(limit)])],
  };
}

const two = (n: number) => String(n).padStart(2, '0');
function clock(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function tooltip(series: readonly ChartSeries[], format: (value: number) => string): uPlot.Plugin {
  const box = document.createElement('div');
  box.className =
    'pointer-events-none absolute z-10 hidden whitespace-pre rounded-md border bg-panel px-2 py-1 text-2xs shadow-float';
  return {
    hooks: {
      init: (u) => void u.over.append(box),
      setCursor: (u) => {
        const { idx, left = 0 } = u.cursor;
        const at = typeof idx === 'number' ? u.data[0][idx] : undefined;
        box.classList.toggle('hidden', at === undefined || left < 0);
        if (at === undefined || typeof idx !== 'number') return;
        const lines = series.map(({ label }, i) => {
          const value = u.data[i + 1]?.[idx];
          return `${label}  ${typeof value === 'number' ? format(value) : '–'}`;
        });
        box.textContent = [clock(at), ...lines].join('\n');
        const over = u.over.clientWidth;
        box.style.left = `${left + 12 + box.offsetWidth > over ? left - box.offsetWidth - 12 : left + 12}px`;
        box.style.top = '4px';
      },
    },
  };
}

function limitLine(limit: number): uPlot.Plugin {
  return {
    hooks: {
      draw: (u) => {
        const y = u.valToPos(limit, 'y', true);
        if (!Number.isFinite(y) || y < u.bbox.top) return;
        u.ctx.save();
        u.ctx.strokeStyle = readColor('--bad');
        u.ctx.setLineDash([4, 4]);
        u.ctx.beginPath();
        u.ctx.moveTo(u.bbox.left, y);
        u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
        u.ctx.stroke();
        u.ctx.restore();
      },
    },
  };
}
