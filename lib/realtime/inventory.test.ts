import { describe, expect, it } from 'vitest';
import type { EngineConfig, Engines } from '#lib/engine/types.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import type { InventoryChange, InventorySnapshot } from '#lib/shared/inventory.ts';
import { createInventory, type InventorySink } from './inventory.ts';

const config: EngineConfig = { id: 'e1', name: 'a', aliases: [], tags: [], url: 'unix:///x', transport: 'unix' };
const principal: UserPrincipal = {
  kind: 'user',
  userId: 'u1',
  email: 'u@example.test',
  name: 'u',
  via: { kind: 'session', id: 's1' },
  grants: [{ id: 'g', subjectKind: 'user', subjectId: 'u1', role: 'viewer', scope: { kind: 'all', value: '' } }],
};

function make() {
  const listeners: ((engineId: string, change: InventoryChange) => void)[] = [];
  const engines = {
    list: () => [config],
    find: () => config,
    statuses: () => [{ id: 'e1', name: 'a', aliases: [], tags: [], url: '', transport: 'unix', state: 'live' }],
    snapshot: (): InventorySnapshot => ({ engine: 'a', version: 7, rows: [] }),
    onChange(listener: (typeof listeners)[number]) {
      listeners.push(listener);
      return () => {};
    },
    onReset: () => () => {},
    onStatus: () => () => {},
  } as unknown as Engines;
  const sent: [string, InventoryChange][] = [];
  const groups = new Set<string>();
  const resets: InventorySnapshot[] = [];
  const state = { waiting: 0 };
  const sink: InventorySink = {
    get waiting() {
      return state.waiting;
    },
    reset: (snapshot) => void resets.push(snapshot),
    statuses: () => {},
    join: (group) => void groups.add(group),
    leave: (group) => void groups.delete(group),
  };
  const inventory = createInventory(engines, (group, change) => void sent.push([group, change]));
  const change = (version: number): InventoryChange => ({
    engine: 'a',
    version,
    asOf: 0,
    upserts: [],
    removes: [
      { kind: 'container', id: 'c' },
      { kind: 'image', id: 'i' },
    ],
  });
  const tell = (version: number) => {
    for (const listener of listeners) listener('e1', change(version));
  };
  return { inventory, sink, sent, groups, resets, state, tell };
}

describe('inventory', () => {
  it('encodes a change once for all who see the same kinds, however many they are', () => {
    const { inventory, sink, sent, tell } = make();
    for (let i = 0; i < 50; i++) inventory.view(principal, sink).open(['container']);
    inventory.view(principal, sink).open(['container', 'image']);
    tell(8);
    expect(sent.map(([group]) => group).sort()).toEqual(['inventory/e1/container', 'inventory/e1/container+image']);
    expect(sent.map(([, { removes }]) => removes.length).sort()).toEqual([1, 2]);
  });

  it('sends nothing more to a connection that does not keep up, and the whole list when it does again', () => {
    const { inventory, sink, sent, groups, resets, state, tell } = make();
    const view = inventory.view(principal, sink);
    view.open(['container']);
    expect(groups.size).toBe(1);
    state.waiting = 1000;
    for (let version = 8; version < 100; version++) tell(version);
    expect(sent).toEqual([]);
    expect(groups.size).toBe(0);
    state.waiting = 0;
    view.drained();
    expect(resets).toHaveLength(1);
    expect(groups.size).toBe(1);
    tell(100);
    expect(sent).toHaveLength(1);
  });

  it('shows nothing to somebody without a grant, and nothing more when the grant goes', () => {
    const { inventory, sink, sent, groups, tell } = make();
    expect(inventory.view({ ...principal, grants: [] }, sink).open(['container'])).toEqual({
      engines: [],
      snapshots: [],
    });
    const view = inventory.view(principal, sink);
    view.open(['container']);
    view.setPrincipal({ ...principal, grants: [] });
    expect(groups.size).toBe(0);
    tell(8);
    expect(sent).toEqual([]);
  });
});
