import { describe, expect, it } from 'vitest';
import { createLanes } from './lanes.ts';

const never = new AbortController().signal;

describe('lanes', () => {
  it('lets so many in at once, each lane for itself, in order', async () => {
    const lanes = createLanes(2);
    const order: number[] = [];
    const leave = [await lanes.enter('a', never), await lanes.enter('a', never)];
    const waiting = [3, 4].map(async (n) => {
      const out = await lanes.enter('a', never);
      order.push(n);
      out();
    });
    (await lanes.enter('b', never))();
    expect(order).toEqual([]);
    leave[0]?.();
    leave[0]?.();
    await Promise.all(waiting);
    expect(order).toEqual([3, 4]);
  });

  it('lets a waiting one give up without taking a place', async () => {
    const lanes = createLanes(1);
    const leave = await lanes.enter('a', never);
    const abort = new AbortController();
    const waiting = lanes.enter('a', abort.signal);
    abort.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
    leave();
    (await lanes.enter('a', never))();
  });
});
