import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '#lib/shared/realtime.ts';
import { createLineBuffer } from './line-buffer.ts';

function line(n: number, text = `line ${n}`): LogLine {
  return { source: 0, stream: 'stdout', time: `2026-01-01T00:00:00.${String(n).padStart(9, '0')}Z`, text };
}
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i));
const make = (rowsMax = 100_000, bytesMax = 32 * 1024 * 1024) =>
  createLineBuffer({ rowsMax, bytesMax, estimate: () => 20 });

describe('line buffer', () => {
  test('stays bounded in rows and counts what it let go at the top', () => {
    const buffer = make(2000);
    for (let n = 0; n < 50_000; n += 100) buffer.append(lines(n, n + 100));
    expect(buffer.size).toBeLessThanOrEqual(2000);
    expect(buffer.size + buffer.droppedTop).toBe(50_000);
    expect(buffer.at(buffer.size - 1)?.text).toBe('line 49999');
    expect(buffer.height).toBe(buffer.size * 20);
  });

  test('stays bounded in bytes when lines are huge', () => {
    const buffer = make(100_000, 4 * 1024 * 1024);
    for (let n = 0; n < 100; n++) buffer.append([line(n, 'x'.repeat(256 * 1024))]);
    expect(buffer.bytes).toBeLessThan(5 * 1024 * 1024);
  });

  test('keeps what the reader looks at and says that it is full', () => {
    const buffer = make(1000);
    buffer.append(lines(0, 1000));
    const key = buffer.at(10)?.key;
    expect(buffer.isFull(key)).toBe(false);
    buffer.append(lines(1000, 1100), key);
    expect(buffer.isFull(key)).toBe(true);
    expect(buffer.at(0)?.text).toBe('line 0');
    expect(buffer.isFull(undefined)).toBe(false);
    buffer.append([]);
    expect(buffer.at(0)?.text).not.toBe('line 0');
  });

  test('puts older lines on top without changing the keys below', () => {
    const buffer = make();
    buffer.append(lines(1000, 1010));
    const key = buffer.at(3)?.key ?? Number.NaN;
    expect(buffer.prepend(lines(0, 1000))).toBe(false);
    expect(buffer.at(0)?.text).toBe('line 0');
    expect(buffer.indexOfKey(key)).toBe(1003);
    expect(buffer.at(1003)?.text).toBe('line 1003');
  });

  test('lets the newest go when older lines need the room, and says so', () => {
    const buffer = make(2000);
    buffer.append(lines(5000, 7000));
    expect(buffer.prepend(lines(4000, 5000))).toBe(true);
    expect(buffer.size).toBeLessThanOrEqual(2000);
    expect(buffer.at(0)?.text).toBe('line 4000');
  });

  test('finds rows by offset after heights have been measured', () => {
    const buffer = make();
    buffer.append(lines(0, 2000));
    buffer.setHeight(1000, 500);
    expect(buffer.height).toBe(2000 * 20 + 480);
    expect(buffer.offsetOf(1001)).toBe(1000 * 20 + 500);
    expect(buffer.indexAt(1000 * 20 + 499)).toBe(1000);
    expect(buffer.indexAt(1000 * 20 + 500)).toBe(1001);
    buffer.relayout();
    expect(buffer.height).toBe(2000 * 20);
  });

  test('offsetOf and indexAt agree, whatever was done before', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), n: fc.integer({ min: 0, max: 1500 }) }),
      fc.record({ do: fc.constant('prepend' as const), n: fc.integer({ min: 0, max: 1500 }) }),
      fc.record({ do: fc.constant('measure' as const), n: fc.integer({ min: 1, max: 300 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const buffer = make(3000);
        for (const s of steps) {
          if (s.do === 'append') buffer.append(lines(0, s.n));
          else if (s.do === 'prepend') buffer.prepend(lines(0, s.n));
          else if (buffer.size > 0) buffer.setHeight(s.n % buffer.size, s.n);
        }
        let top = 0;
        let lastKey = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < buffer.size; i++) {
          const row = buffer.at(i);
          if (!row) throw new Error('a hole');
          if (i % 97 === 0) {
            expect(buffer.offsetOf(i)).toBe(top);
            expect(buffer.indexAt(top)).toBe(i);
            expect(buffer.indexOfKey(row.key)).toBe(i);
          }
          expect(row.key).toBeGreaterThan(lastKey);
          lastKey = row.key;
          top += row.height;
        }
        expect(buffer.height).toBe(top);
      }),
      { numRuns: 30 },
    );
  });

  test('clear begins anew without reusing keys', () => {
    const buffer = make();
    buffer.append(lines(0, 5));
    const key = buffer.at(4)?.key ?? 0;
    buffer.clear();
    buffer.append(lines(5, 6));
    expect(buffer.size).toBe(1);
    expect(buffer.at(0)?.key).toBeGreaterThan(key);
  });

  test('columns leave out escape sequences and expand tabs', () => {
    const buffer = make();
    buffer.append([line(0, '\x1b[31mred\x1b[0m'), line(1, 'a\tb')]);
    expect(buffer.at(0)?.columns).toBe(3);
    expect(buffer.at(1)?.columns).toBe(9);
  });
});
