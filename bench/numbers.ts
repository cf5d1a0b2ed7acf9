/** One measured row of the table: what, the bar, and a figure a run. */
export interface Row {
  what: string;
  bar: string;
  unit: string;
  runs: number[];
  /** Whether the median keeps the bar. */
  keeps: (median: number) => boolean;
  note?: string;
}

/** How often each comparison is repeated; the table shows the median and the range. */
export const runCount = 5;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export async function repeat(times: number, measure: (run: number) => Promise<number>): Promise<number[]> {
  const runs: number[] = [];
  for (let run = 0; run < times; run += 1) runs.push(await measure(run));
  return runs;
}

export function formatRow({ what, bar, unit, runs, keeps, note }: Row): string {
  const middle = median(runs);
  const verdict = keeps(middle) ? 'kept' : 'MISSED';
  const range = `${show(Math.min(...runs))} - ${show(Math.max(...runs))}`;
  return `| ${what} | ${bar} | **${show(middle)} ${unit}** | ${range} | ${verdict} | ${note ?? ''} |`;
}

export const tableHead = '| what | bar | median | range | | |\n|---|---|---|---|---|---|';

function show(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Resident memory of a process in MB, as the kernel tells it. */
export function parseRssMb(status: string): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
