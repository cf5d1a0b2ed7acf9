import { describe, expect, it } from 'vitest';
import type { ContainerRow, InventoryChange, VolumeRow } from '#lib/shared/inventory.ts';
import { applyChange, applySnapshot, keepEngines } from './inventory-state.ts';

function container(id: string, state = 'running'): ContainerRow {
  return {
    kind: 'container',
    engine: 'a',
    id,
    name: id,
    image: 'busybox',
    imageId: 'sha256:1',
    state,
    status: 'Up',
    createdAt: 0,
    ports: [],
    networks: [],
    mounts: [],
    labels: {},
    command: 'sh',
  };
}

const volume: VolumeRow = {
  kind: 'volume',
  engine: 'a',
  id: 'data',
  name: 'data',
  driver: 'local',
  scope: 'local',
  mountpoint: '/x',
  createdAt: 0,
  labels: {},
  options: {},
  containers: 0,
  anonymous: false,
};

const start = applySnapshot({}, { engine: 'a', version: 4, asOf: 1, rows: [container('c1'), container('c2'), volume] });

function change(version: number, rest: Partial<InventoryChange> = {}): InventoryChange {
  return { engine: 'a', version, asOf: version, upserts: [], removes: [], ...rest };
}

describe('the inventory', () => {
  it('applies the next version', () => {
    const { inventory, outcome } = applyChange(
      start,
      change(5, { upserts: [container('c1', 'exited')], removes: [{ kind: 'container', id: 'c2' }] }),
    );
    expect(outcome).toBe('applied');
    expect([...(inventory.a?.rows.container.values() ?? [])].map((row) => `${row.id} ${row.state}`)).toEqual([
      'c1 exited',
    ]);
    expect(inventory.a?.asOf).toBe(5);
  });

  it('reports a missed version and keeps what is shown', () => {
    const result = applyChange(start, change(6, { removes: [{ kind: 'container', id: 'c1' }] }));
    expect(result.outcome).toBe('missed');
    expect(result.inventory).toBe(start);
  });

  it('reports changes of an engine it has no snapshot of', () => {
    expect(applyChange({}, change(1)).outcome).toBe('missed');
  });

  it('passes over changes that the snapshot already had', () => {
    expect(applyChange(start, change(4, { removes: [{ kind: 'container', id: 'c1' }] })).inventory).toBe(start);
  });

  it('does not touch the lists of other kinds, nor the state before', () => {
    const { inventory } = applyChange(start, change(5, { removes: [{ kind: 'container', id: 'c1' }] }));
    expect(inventory.a?.rows.volume).toBe(start.a?.rows.volume);
    expect(start.a?.rows.container.size).toBe(2);
  });

  // Attack: swallowed errors.
  it('tells an engine that has not answered from one that has nothing', () => {
    const unknown = applySnapshot({}, { engine: 'b', version: 0, rows: [] });
    expect(unknown.b?.asOf).toBeUndefined();
  });

  it('tells what a changed grant took out of sight from what was removed', () => {
    const removed = applyChange(start, { ...change(5), removes: [{ kind: 'container', id: 'c2' }] }).inventory;
    expect(removed.a?.lost).toBeUndefined();
    const narrowed = applySnapshot(removed, { engine: 'a', version: 5, asOf: 1, rows: [], because: 'access' });
    expect([...(narrowed.a?.lost ?? [])]).toEqual(['container c1', 'volume data']);
    const anew = applySnapshot(narrowed, { engine: 'a', version: 9, asOf: 1, rows: [] });
    expect(anew.a?.lost).toBe(narrowed.a?.lost);
  });

  it('drops engines that this person no longer sees', () => {
    expect(keepEngines(start, new Set(['b']))).toEqual({});
    expect(keepEngines(start, new Set(['a']))).toBe(start);
  });
});
