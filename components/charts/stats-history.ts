import type { StatsItem } from '#lib/shared/realtime.ts';

/** What the charts draw at one moment; rates in bytes a second, absent where two samples are needed and only one is there. */
export interface StatsPoint {
  /** Seconds since 1970, as uPlot wants them. */
  at: number;
  cpuPercent: number;
  memoryBytes: number;
  netRx: number | null;
  netTx: number | null;
  diskRead: number | null;
  diskWrite: number | null;
}

export interface StatsHistory {
  points: readonly StatsPoint[];
  last?: StatsItem;
}

export const emptyHistory: StatsHistory = { points: [] };
/** Fifteen minutes at the engine's one sample a second. */
export const pointsMax = 900;
// Longer than this between samples, and the line is broken instead of drawn through what nobody saw.
const gapSeconds = 15;

/** Adds one sample: totals become rates, the oldest points go, a pause becomes a gap. */
export function addSample(history: StatsHistory, item: StatsItem): StatsHistory {
  const { last } = history;
  const seconds = last ? (item.at - last.at) / 1000 : 0;
  if (last && seconds <= 0) return history;
  const rate = (now: number, before: number | undefined) =>
    // Less than before: the container was restarted and counts anew.
    before === undefined || seconds > gapSeconds || now < before ? null : (now - before) / seconds;
  const at = item.at / 1000;
  const point: StatsPoint = {
    at,
    cpuPercent: item.cpuPercent,
    memoryBytes: item.memoryBytes,
    netRx: rate(item.netRxBytes, last?.netRxBytes),
    netTx: rate(item.netTxBytes, last?.netTxBytes),
    diskRead: rate(item.diskReadBytes, last?.diskReadBytes),
    diskWrite: rate(item.diskWriteBytes, last?.diskWriteBytes),
  };
  return { points: [...history.points, point].slice(-pointsMax), last: item };
}

/** One series for uPlot, with a hole where samples are missing. */
export function toSeries(points: readonly StatsPoint[], fields: readonly (keyof StatsPoint)[]): (number | null)[][] {
  const columns: (number | null)[][] = [[], ...fields.map(() => [])];
  let before: number | undefined;
  for (const point of points) {
    if (before !== undefined && point.at - before > gapSeconds) {
      columns[0]?.push(before + 1);
      for (const column of columns.slice(1)) column.push(null);
    }
    columns[0]?.push(point.at);
    for (const [i, field] of fields.entries()) columns[i + 1]?.push(point[field]);
    before = point.at;
  }
  return columns;
}
