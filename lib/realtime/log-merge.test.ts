import { describe, expect, it } from 'vitest';
import type { LogLine } from '#lib/shared/realtime.ts';
import { createLogMerge, lineBytes, ringBytes } from './log-merge.ts';

const line = (ms: number, text = `at ${ms}`): LogLine => ({
  source: 0,
  stream: 'stdout',
  time: new Date(ms).toISOString().replace('Z', '000000Z'),
  text,
});
const make = (count: number) =>
  createLogMerge(
    count,
    () => {},
    () => {},
  );
const texts = (items: unknown[]) => items.map((item) => (item as { text?: string }).text ?? item);

describe('log merge', () => {
  it('merges histories exactly: nothing goes out while another source may have older lines', () => {
    const merge = make(2);
    merge.push(0, [line(1), line(5)], false);
    expect(merge.take(1e6, Date.now()).items).toEqual([]);
    merge.push(1, [line(2), line(3)], false);
    expect(texts(merge.take(1e6, Date.now()).items)).toEqual(['at 1', 'at 2', 'at 3']);
    merge.finish(1);
    const { items } = merge.take(1e6, Date.now());
    expect(texts(items)).toEqual(['at 5']);
    merge.finish(0);
    expect(merge.done).toBe(true);
  });

  it('does not wait for a source that has read past the line, though it had nothing to show', () => {
    const merge = make(2);
    merge.push(0, [line(1)], false);
    merge.reached(1, line(2).time);
    expect(texts(merge.take(1e6, Date.now()).items)).toEqual(['at 1']);
  });

  it('does not wait for ever for a silent source', () => {
    const merge = make(2);
    merge.push(0, [line(1)], false);
    expect(texts(merge.take(1e6, Date.now() + 5000).items)).toEqual(['at 1']);
  });

  it('holds live lines back for a moment, so that older ones of other sources come first', () => {
    const merge = make(2);
    merge.goLive(0);
    merge.goLive(1);
    merge.push(0, [line(10)], true);
    expect(merge.take(1e6, Date.now()).items).toEqual([]);
    merge.push(1, [line(9)], true);
    expect(texts(merge.take(1e6, Date.now() + 200).items)).toEqual(['at 9', 'at 10']);
  });

  it('names each line’s source', () => {
    const merge = make(2);
    merge.finish(0);
    merge.push(1, [line(1)], false);
    expect(merge.take(1e6, Date.now()).items).toEqual([{ ...line(1), source: 1 }]);
  });

  it('skips the oldest live lines of a viewer that is 4 MB behind, counted at their place', () => {
    const merge = make(1);
    merge.goLive(0);
    const text = 'x'.repeat(10_000);
    const total = 1000;
    for (let i = 0; i < total; i += 10) {
      merge.push(
        0,
        Array.from({ length: 10 }, (_, k) => line(i + k, text)),
        true,
      );
    }
    expect(merge.waitingBytes()).toBeLessThanOrEqual(ringBytes);
    const [first, ...rest] = merge.take(1e9, Date.now()).items;
    expect(first).toEqual({ source: 0, skipped: total - rest.length });
    expect(rest.length).toBe(Math.floor(ringBytes / (10 * lineBytes(line(0, text)))) * 10);
    expect(merge.waitingBytes()).toBe(0);
  });

  it('never skips history: it makes the reading wait instead', async () => {
    const merge = make(1);
    const lines = Array.from({ length: 1000 }, (_, i) => line(i, 'x'.repeat(1000)));
    await merge.room(0);
    merge.push(0, lines, false);
    let free = false;
    const room = merge.room(0).then(() => {
      free = true;
    });
    merge.take(64 * 1024, Date.now());
    await Promise.resolve();
    expect(free).toBe(false);
    merge.take(1e9, Date.now());
    await room;
    expect(free).toBe(true);
  });

  it('lets everybody go on when it is closed', async () => {
    const merge = make(1);
    merge.push(
      0,
      Array.from({ length: 1000 }, (_, i) => line(i, 'x'.repeat(1000))),
      false,
    );
    const room = merge.room(0);
    merge.close();
    await room;
  });
});
