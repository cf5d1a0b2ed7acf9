import { performance } from 'node:perf_hooks';
import type { EngineConfig } from '#lib/engine/types.ts';
import { readContainer } from '#lib/engine/watch/read-rows.ts';
import { createInventory, type InventorySink, type WatchedEngines } from '#lib/realtime/inventory.ts';
import type { ResourceScope, UserPrincipal } from '#lib/shared/access.ts';
import { type InventoryChange, type InventoryRow, inventoryKinds } from '#lib/shared/inventory.ts';
import { type Row, repeat, runCount } from './numbers.ts';

const rowCount = 10_000;
const viewerCount = 50;
const changeCount = 500;
const config: EngineConfig = { id: 'e', name: 'e', aliases: [], tags: [], url: 'unix:///x', transport: 'unix' };

/** What scopes cost the live lists of a large engine: with each change, and when somebody with a scope comes. */
export async function measureLiveScopes(): Promise<Row[]> {
  const rows = Array.from({ length: rowCount }, (_, at) => containerRow(at, 'running'));
  const whole = open(rows, 0);
  const some = open(rows, 10);
  const first = open(rows, 1);
  // The first runs are the compiler's.
  for (const warm of [whole.change, some.change, first.firstSnapshot, first.firstSnapshot]) warm();
  const forWhole = await repeat(runCount, async () => whole.change());
  const forSome = await repeat(runCount, async () => some.change());
  const firsts = await repeat(runCount, async () => first.firstSnapshot());
  const what = `live lists, ${rowCount} containers, ${viewerCount} viewers`;
  return [
    {
      what: `${what}: one change, nobody with a scope`,
      ...{ bar: 'under 0.2 ms', unit: 'ms', runs: forWhole },
      keeps: (value) => value < 0.2,
    },
    {
      what: `${what}: one change, 10 in two scopes`,
      ...{ bar: 'under 0.4 ms', unit: 'ms', runs: forSome },
      keeps: (value) => value < 0.4,
    },
    {
      what: `${what}: the first list for a scope of its own`,
      ...{ bar: 'under 15 ms', unit: 'ms', runs: firsts, keeps: (value) => value < 15 },
    },
  ];
}

function open(rows: InventoryRow[], scopedCount: number) {
  let version = 1;
  let tell: (engineId: string, change: InventoryChange) => void = () => {};
  const nothing = () => () => {};
  const engines: WatchedEngines = {
    list: () => [config],
    find: () => config,
    statuses: () => [],
    snapshot: (_id, kinds) => ({ engine: 'e', version, asOf: 1, rows: kinds.length === 0 ? [] : rows }),
    onChange(listener) {
      tell = listener;
      return () => {};
    },
    onReset: nothing,
    onStatus: nothing,
  };
  let bytes = 0;
  // What socket.io does once for a group, however many are in it.
  const inventory = createInventory(engines, (_group, change) => {
    bytes += JSON.stringify(change).length;
  });
  const sink: InventorySink = { waiting: 0, reset() {}, statuses() {}, join() {}, leave() {} };
  for (let at = 0; at < viewerCount; at++) {
    const scope = at < scopedCount ? { project: `p${at % 2}` } : undefined;
    inventory.view(person(at, scope), sink).open(inventoryKinds);
  }
  return {
    /** Milliseconds for one change of one container. */
    change(): number {
      const started = performance.now();
      for (let at = 0; at < changeCount; at++) {
        version++;
        const upserts = [containerRow(at, at % 2 === 0 ? 'exited' : 'running')];
        tell('e', { engine: 'e', version, asOf: 1, upserts, removes: [] });
      }
      if (bytes === 0) throw new Error('Nothing was told.');
      return (performance.now() - started) / changeCount;
    },
    /** Milliseconds for somebody whose scope nobody else has. */
    firstSnapshot(): number {
      const view = inventory.view(person(0, { project: 'p7' }), sink);
      const started = performance.now();
      const { snapshots } = view.open(inventoryKinds);
      const took = performance.now() - started;
      view.close();
      if (snapshots[0]?.rows.length !== rowCount / 10) throw new Error('The filter went wrong.');
      return took;
    },
  };
}

function person(at: number, resource: ResourceScope | undefined): UserPrincipal {
  const grant = { id: `g${at}`, subjectKind: 'user', subjectId: `u${at}`, role: 'operator' } as const;
  return {
    kind: 'user',
    userId: `u${at}`,
    email: `u${at}@example.test`,
    name: `u${at}`,
    via: { kind: 'session', id: `s${at}` },
    grants: [{ ...grant, scope: { kind: 'all', value: '' }, ...(resource ? { resource } : {}) }],
  };
}

function containerRow(at: number, state: string): InventoryRow {
  const id = at.toString(16).padStart(64, '0');
  const Labels = {
    'com.docker.compose.config-hash': id,
    'com.docker.compose.container-number': '1',
    'com.docker.compose.project': `p${at % 10}`,
    'com.docker.compose.service': 'web',
  };
  return readContainer('e', { Id: id, Names: [`/p${at % 10}-web-${at}`], Image: 'busybox', State: state, Labels });
}
