import { describe, expect, test } from 'vitest';
import type { StatsItem } from '#lib/shared/realtime.ts';
import { addSample, emptyHistory, pointsMax, toSeries } from './stats-history.ts';

function sample(second: number, total = second * 1000): StatsItem {
  return {
    at: second * 1000,
    cpuPercent: second,
    cpus: 2,
    memoryBytes: 10,
    memoryLimitBytes: 100,
    netRxBytes: total,
    netTxBytes: total,
    diskReadBytes: total,
    diskWriteBytes: total,
    pids: 1,
  };
}
const fill = (seconds: number[]) => seconds.reduce((h, s) => addSample(h, sample(s)), emptyHistory);

describe('stats history', () => {
  test('turns totals into rates by the real time between samples', () => {
    const history = fill([10, 12]);
    expect(history.points.map((p) => p.netRx)).toEqual([null, 1000]);
  });

  test('has no negative rate when the container began anew', () => {
    const history = addSample(fill([10]), sample(11, 5));
    expect(history.points.at(-1)?.diskRead).toBeNull();
  });

  test('stays bounded', () => {
    const history = fill(Array.from({ length: pointsMax + 100 }, (_, i) => i + 1));
    expect(history.points).toHaveLength(pointsMax);
    expect(history.points.at(-1)?.at).toBe(pointsMax + 100);
  });

  test('leaves out samples that go back in time', () => {
    expect(fill([10, 10, 9]).points).toHaveLength(1);
  });

  test('draws no line through a pause', () => {
    expect(toSeries(fill([10, 11, 100]).points, ['cpuPercent'])).toEqual([
      [10, 11, 12, 100],
      [10, 11, null, 100],
    ]);
  });
});
