import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InventoryChange } from '#lib/shared/inventory.ts';
import { createInventory } from './inventory.ts';
import { readContainer, readImage, readNetwork } from './read-rows.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setup() {
  const changes: InventoryChange[] = [];
  let resets = 0;
  const inventory = createInventory({
    ...{ engine: 'alpha', now: () => 1 },
    onChange: (change) => changes.push(change),
    onReset: () => resets++,
  });
  const container = (id: string, state: string, image = 'sha256:i') =>
    readContainer('alpha', {
      ...{ Id: id, Names: [`/${id}`], State: state, ImageID: image },
      NetworkSettings: { Networks: { lan: {} } },
    });
  return { changes, inventory, container, resets: () => resets };
}

test('changes of one tick go out together, with versions without a gap and the last word of each row', () => {
  const { inventory, container, changes } = setup();
  inventory.set(container('a', 'running'));
  vi.advanceTimersByTime(20);
  inventory.set(container('a', 'exited'));
  inventory.set(container('b', 'created'));
  inventory.set(container('b', 'running'));
  inventory.remove('container', 'a');
  vi.advanceTimersByTime(20);
  expect(changes.map(({ version }) => version)).toEqual([1, 2]);
  expect(changes[1]).toMatchObject({
    upserts: [{ id: 'b', state: 'running' }],
    removes: [{ kind: 'container', id: 'a' }],
  });
});

test('an equal row makes no change', () => {
  const { inventory, container, changes } = setup();
  inventory.set(container('a', 'running'));
  vi.advanceTimersByTime(20);
  inventory.set(container('a', 'running'));
  vi.advanceTimersByTime(100);
  expect(changes.length).toBe(1);
});

test('what is held reaches readers as one reset', () => {
  const { inventory, container, changes, resets } = setup();
  inventory.hold();
  inventory.set(container('a', 'running'));
  inventory.release();
  vi.advanceTimersByTime(100);
  expect(changes).toEqual([]);
  expect(resets()).toBe(1);
  expect(inventory.snapshot(['container'], 5)).toMatchObject({ version: 1, asOf: 5, rows: [{ id: 'a' }] });
});

test('users of images and networks are counted, and a changed count is a change of that row', () => {
  const { inventory, container, changes } = setup();
  inventory.set(readImage('alpha', { Id: 'sha256:i' }));
  inventory.set(readNetwork('alpha', { Id: 'n', Name: 'lan' }));
  vi.advanceTimersByTime(20);
  inventory.set(container('a', 'running'));
  inventory.set(container('b', 'running'));
  vi.advanceTimersByTime(20);
  const counts = () =>
    inventory.snapshot(['image', 'network'], 1).rows.map((row) => 'containers' in row && row.containers);
  expect(counts()).toEqual([2, 2]);
  expect(changes.at(-1)?.upserts).toContainEqual(expect.objectContaining({ kind: 'image', containers: 2 }));
  inventory.remove('container', 'a');
  inventory.set(container('b', 'running', 'sha256:other'));
  expect(counts()).toEqual([0, 1]);
});

test('states are counted', () => {
  const { inventory, container } = setup();
  for (const [n, state] of ['running', 'restarting', 'paused', 'exited', 'created'].entries())
    inventory.set(container(`c${n}`, state));
  inventory.remove('container', 'c0');
  inventory.set(container('c1', 'exited'));
  expect(inventory.counts()).toMatchObject({ running: 0, paused: 1, stopped: 3, containers: 4 });
});

test('a renamed engine renames its rows in a reset', () => {
  const { inventory, container, resets } = setup();
  inventory.set(container('a', 'running'));
  inventory.rename('beta');
  expect(resets()).toBe(1);
  expect(inventory.snapshot(['container'], 1)).toMatchObject({ engine: 'beta', rows: [{ engine: 'beta' }] });
});
