import { describe, expect, test } from 'vitest';
import type { LogLine } from '#lib/shared/realtime.ts';
import { mergeOlder } from './log-merge.ts';
import { compareTimes, formatLogTime, parseTimeBound, toEngineSeconds } from './log-time.ts';

function line(second: number, source = 0): LogLine {
  return {
    source,
    stream: 'stdout',
    time: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000Z`,
    text: `${second}`,
  };
}
const texts = (items: readonly unknown[]) =>
  items.map((item) => (typeof item === 'object' && item && 'text' in item ? item.text : 'marker'));

describe('time order', () => {
  test('compares to the nanosecond and across offsets', () => {
    expect(compareTimes('2026-01-01T00:00:00.000000001Z', '2026-01-01T00:00:00.000000002Z')).toBeLessThan(0);
    expect(compareTimes('2026-01-01T01:00:00.5+01:00', '2026-01-01T00:00:00.500000001Z')).toBeLessThan(0);
    expect(compareTimes('2026-01-01T02:00:00+01:00', '2026-01-01T00:30:00.000000000Z')).toBeGreaterThan(0);
    expect(compareTimes('2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.100000000Z')).toBe(0);
  });
});

describe('older pages', () => {
  test('leaves out what another source may still have lines before', () => {
    const merged = mergeOlder([
      { lines: [line(10), line(20)], more: true },
      { lines: [line(1, 1), line(15, 1)], more: false },
    ]);
    expect(texts(merged.lines)).toEqual(['10', '15', '20']);
    expect(merged.more).toBe(true);
  });

  test('ends when every source has ended', () => {
    const merged = mergeOlder([
      { lines: [line(2)], more: false },
      { lines: [], more: false },
    ]);
    expect(merged).toEqual({ lines: [line(2)], more: false });
  });
});

describe('times for people', () => {
  test('shows milliseconds in UTC', () => {
    expect(formatLogTime('2026-11-26T12:34:56.789012345Z', 'utc')).toBe('11-26 12:34:56.789');
    expect(formatLogTime('no time', 'utc')).toBe('no time');
  });

  test('hands times to the engine as seconds, to the nanosecond', () => {
    expect(toEngineSeconds('2026-01-01T00:00:00.000000001Z')).toBe('1767225600.000000001');
    expect(toEngineSeconds('2026-01-01T01:00:00.5+01:00')).toBe('1767225600.500000000');
  });

  test('reads "15m" as that long ago and refuses nonsense', () => {
    const now = Date.parse('2026-01-01T01:00:00Z');
    expect(parseTimeBound('15m', now)).toBe('2026-01-01T00:45:00.000Z');
    expect(parseTimeBound(' 2d ', now)).toBe('2025-12-30T01:00:00.000Z');
    expect(parseTimeBound('2026-01-01T00:00:00Z', now)).toBe('2026-01-01T00:00:00.000Z');
    expect(parseTimeBound('soon', now)).toBeUndefined();
    expect(parseTimeBound('', now)).toBeUndefined();
  });
});
