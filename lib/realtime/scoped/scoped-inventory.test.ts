import { describe, expect, it } from 'vitest';
import type { EngineConfig, Engines } from '#lib/engine/types.ts';
import { readContainer, readImage, readNetwork, readVolume } from '#lib/engine/watch/read-rows.ts';
import type { Grant, ResourceScope, UserPrincipal } from '#lib/shared/access.ts';
import {
  type EngineStatus,
  type InventoryChange,
  type InventoryKind,
  type InventoryRow,
  inventoryKinds,
} from '#lib/shared/inventory.ts';
import { createInventory, type InventorySink } from '../inventory.ts';

const config: EngineConfig = { id: 'e1', name: 'a', aliases: [], tags: [], url: 'unix:///x', transport: 'unix' };
const project = 'com.docker.compose.project';

let lastGrant = 0;
const grant = (resource: ResourceScope | undefined, more: Partial<Grant> = {}): Grant => ({
  id: `g${++lastGrant}`,
  subjectKind: 'user',
  subjectId: 'u',
  role: 'operator',
  scope: { kind: 'all', value: '' },
  ...(resource ? { resource } : {}),
  ...more,
});
const person = (...grants: Grant[]): UserPrincipal => ({
  kind: 'user',
  userId: `u${++lastGrant}`,
  email: 'u@example.test',
  name: 'u',
  via: { kind: 'session', id: 's1' },
  grants,
});

interface Given {
  project?: string;
  labels?: Record<string, string>;
  image?: string;
  mounts?: string[];
  networks?: string[];
  state?: string;
}
const container = (id: string, { labels, image, mounts, networks, state, ...given }: Given = {}) =>
  readContainer('a', {
    Id: id,
    Names: [`/${id}`],
    State: state ?? 'running',
    ImageID: image,
    Labels: { ...(given.project ? { [project]: given.project } : {}), ...labels },
    Mounts: (mounts ?? []).map((Name) => ({ Type: 'volume', Name, Destination: `/${Name}` })),
    NetworkSettings: { Networks: Object.fromEntries((networks ?? []).map((name) => [name, {}])) },
  });
const image = (id: string, ...RepoTags: string[]) => readImage('a', { Id: id, RepoTags });
const network = (name: string, Labels = {}) => readNetwork('a', { Id: `id-${name}`, Name: name, Labels });
const volume = (Name: string, Labels = {}) => readVolume('a', { Name, Driver: 'local', Scope: 'local', Labels });

/** Engines whose one engine has these rows, and a connection that keeps what it is told, as a page does. */
function start(rows: InventoryRow[], principal: UserPrincipal) {
  const stored = new Map(rows.map((row) => [`${row.kind} ${row.id}`, row]));
  let version = 1;
  let onChange: (engineId: string, change: InventoryChange) => void = () => {};
  const status: EngineStatus = {
    id: 'e1',
    name: 'a',
    aliases: [],
    tags: [],
    url: 'unix:///x',
    transport: 'unix',
    state: 'live',
    counts: { running: 99, paused: 99, stopped: 99, containers: 99, images: 99, networks: 99, volumes: 99 },
  };
  const engines = {
    list: () => [config],
    find: () => config,
    statuses: () => [status],
    snapshot: (_id: string, kinds: readonly InventoryKind[]) => ({
      engine: 'a',
      version,
      asOf: 1,
      rows: [...stored.values()].filter(({ kind }) => kinds.includes(kind)),
    }),
    onChange(listener: typeof onChange) {
      onChange = listener;
      return () => {};
    },
    onReset: () => () => {},
    onStatus: () => () => {},
  } as unknown as Engines;
  const sent: [string, InventoryChange][] = [];
  const inventory = createInventory(engines, (group, change) => void sent.push([group, change]));

  function connect(who: UserPrincipal) {
    const groups = new Set<string>();
    const page = new Map<string, InventoryRow>();
    let statuses: EngineStatus[] = [];
    const take = (all: InventoryRow[]) => {
      page.clear();
      for (const row of all) page.set(`${row.kind} ${row.id}`, row);
    };
    const sink: InventorySink = {
      waiting: 0,
      reset: (snapshot) => take(snapshot.rows),
      statuses: (all) => {
        statuses = all;
      },
      join: (group) => void groups.add(group),
      leave: (group) => void groups.delete(group),
    };
    const view = inventory.view(who, sink);
    const opened = view.open(inventoryKinds);
    take(opened.snapshots[0]?.rows ?? []);
    statuses = opened.engines;
    return {
      view,
      groups,
      seen: () => [...page.values()].map(({ kind, id }) => `${kind} ${id}`).sort(),
      row: (key: string) => page.get(key),
      counts: () => statuses[0]?.counts,
      follow(change: InventoryChange) {
        for (const row of change.upserts) page.set(`${row.kind} ${row.id}`, row);
        for (const { kind, id } of change.removes) page.delete(`${kind} ${id}`);
      },
    };
  }
  const page = connect(principal);
  return {
    ...page,
    connect,
    sent,
    /** What this connection is told of a change. */
    change(upserts: InventoryRow[], removes: InventoryChange['removes'] = []) {
      for (const row of upserts) stored.set(`${row.kind} ${row.id}`, row);
      for (const { kind, id } of removes) stored.delete(`${kind} ${id}`);
      const before = sent.length;
      onChange('e1', { engine: 'a', version: ++version, asOf: 1, upserts, removes });
      const [own] = sent.slice(before).filter(([group]) => page.groups.has(group));
      if (own) page.follow(own[1]);
      return own?.[1];
    },
  };
}

const shop = grant({ project: 'shop', images: ['shop/*'] });
const anonymous = 'a'.repeat(64);

describe('the inventory of somebody with a scope', () => {
  const rows = [
    container('web', { project: 'shop', image: 'i1', mounts: ['shop_data', anonymous], networks: ['shop_default'] }),
    container('other', { project: 'bank', image: 'i1', mounts: ['shop_data'], networks: ['shop_default', 'bridge'] }),
    container('proxy', { labels: { 'io.pilothouse.shared': 'true' } }),
    image('i1', 'shop/web:1', 'bank/web:1'),
    image('i2', 'bank/web:2'),
    image('i3'),
    network('bridge'),
    network('host'),
    network('shop_default', { [project]: 'shop' }),
    network('bank_default', { [project]: 'bank' }),
    volume('shop_data', { [project]: 'shop' }),
    volume('bank_data', { [project]: 'bank' }),
    volume(anonymous),
    volume('b'.repeat(64)),
  ];

  it('has the rows in scope and the shared ones, anonymous volumes with their containers, images by name', () => {
    const { seen, row } = start(rows, person(shop));
    expect(seen()).toEqual([
      'container proxy',
      'container web',
      'image i1',
      'network id-bridge',
      'network id-shop_default',
      `volume ${anonymous}`,
      'volume shop_data',
    ]);
    expect(row('image i1')).toMatchObject({ tags: ['shop/web:1'] });
  });

  it('counts only what is in scope: engines, and the users of images, networks and volumes', () => {
    const { row, counts } = start(rows, person(shop));
    expect(counts()).toEqual({
      running: 2,
      paused: 0,
      stopped: 0,
      containers: 2,
      images: 1,
      networks: 2,
      volumes: 2,
    });
    for (const key of ['image i1', 'network id-shop_default', 'volume shop_data']) {
      expect([key, row(key)]).toEqual([key, expect.objectContaining({ containers: 1 })]);
    }
    expect(row('network id-bridge')).toMatchObject({ containers: 0 });
  });

  it('says nothing of a change that is out of scope but that there was one, so that no version is missed', () => {
    const { change } = start(rows, person(shop));
    const bank = container('other', { project: 'bank', state: 'exited' });
    expect(change([bank, { ...network('shop_default', { [project]: 'shop' }), containers: 7 }])).toMatchObject({
      version: 2,
      upserts: [],
      removes: [],
    });
    expect(change([], [{ kind: 'container', id: 'other' }])).toMatchObject({ upserts: [], removes: [] });
  });

  it('tells what moves out of scope as removed, and what moves in as new', () => {
    const { change, seen } = start([container('x1'), container('x2')], person(grant({ name: 'web-*' })));
    expect(seen()).toEqual([]);
    expect(change([{ ...container('x1'), name: 'web-1' }])?.upserts).toMatchObject([{ name: 'web-1' }]);
    expect(change([{ ...container('x1'), name: 'db-1' }])).toMatchObject({
      upserts: [],
      removes: [{ kind: 'container', id: 'x1' }],
    });
    expect(seen()).toEqual([]);
  });

  it('follows images that are tagged anew, and volumes that are made anew by the same name', () => {
    const { change, seen, row } = start(rows, person(shop));
    change([image('i2', 'bank/web:2', 'shop/two:1'), image('i1', 'bank/web:1')]);
    expect(row('image i2')).toMatchObject({ tags: ['shop/two:1'] });
    expect(seen()).not.toContain('image i1');
    change([volume('shop_data', { [project]: 'bank' }), volume('bank_data', { [project]: 'shop' })]);
    expect(seen()).toContain('volume bank_data');
    expect(seen()).not.toContain('volume shop_data');
  });

  it('hides an anonymous volume as soon as another team’s container mounts it', () => {
    const { change, seen } = start(rows, person(shop));
    change([container('thief', { project: 'bank', mounts: [anonymous] })]);
    expect(seen()).not.toContain(`volume ${anonymous}`);
    change([], [{ kind: 'container', id: 'thief' }]);
    expect(seen()).toContain(`volume ${anonymous}`);
    change([], [{ kind: 'container', id: 'web' }]);
    expect(seen()).not.toContain(`volume ${anonymous}`);
  });

  it('keeps counts true as containers in scope come and go', () => {
    const { change, row } = start(rows, person(shop));
    change([container('two', { project: 'shop', image: 'i1', mounts: ['shop_data'], networks: ['shop_default'] })]);
    expect([row('image i1'), row('network id-shop_default'), row('volume shop_data')]).toMatchObject([
      { containers: 2 },
      { containers: 2 },
      { containers: 2 },
    ]);
    change([], [{ kind: 'container', id: 'two' }]);
    expect(row('volume shop_data')).toMatchObject({ containers: 1 });
  });

  it('decides on labels as the engine told them, not as they are cut or masked in rows', () => {
    const long = 'x'.repeat(5000);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`l${String(i).padStart(3, '0')}`, 'v']));
    const found = [
      container('late', { labels: { ...many, team: 'a' } }),
      container('masked', { labels: { 'db-password': 'one' } }),
      container('cut', { labels: { team: `${'a'.repeat(1023)}b` } }),
      container('endless', { labels: { team: 'a', rest: long.repeat(14) } }),
    ];
    const sees = (selector: string) => start(found, person(grant({ labels: [selector] }))).seen();
    expect(sees('team=a')).toEqual(['container late']);
    expect(sees('db-password=one')).toEqual(['container masked']);
    expect(sees('db-password=two')).toEqual([]);
    expect(sees(`team=${'a'.repeat(1023)}…`)).toEqual([]);
    expect(JSON.stringify(found)).not.toContain('"one"');
  });

  it('shows nothing of what a token’s own grants do not reach', () => {
    const limited = { ...person(grant({ project: 'shop' })), limits: [grant({ name: 'proxy' })] };
    expect(start(rows, limited).seen()).toEqual(['container proxy', 'network id-bridge']);
    const wide = { ...person(grant(undefined)), limits: [grant({ project: 'bank' })] };
    expect(start(rows, wide).seen()).toContain('container other');
    expect(start(rows, wide).seen()).not.toContain('container web');
  });

  it('shares one encoding among all whose grants are alike, and none with others', () => {
    const { connect, groups, sent, change } = start(rows, person(shop));
    const alike = connect(person(grant({ project: 'shop', images: ['shop/*'] })));
    const other = connect(person(grant({ project: 'shop' })));
    const limited = connect({ ...person(shop), limits: [grant({ name: 'web' })] });
    const whole = connect(person(grant(undefined)));
    expect([...alike.groups]).toEqual([...groups]);
    expect(new Set([...groups, ...other.groups, ...limited.groups, ...whole.groups]).size).toBe(4);
    expect([...whole.groups]).toEqual(['inventory/e1/container+image+network+volume']);
    change([container('new', { project: 'bank' })]);
    expect(sent).toHaveLength(4);
    expect(sent.find(([group]) => whole.groups.has(group))?.[1].upserts).toHaveLength(1);
  });

  it('begins anew when the scope changes, and ends when it is taken away', () => {
    const { view, seen, groups, change, counts } = start(rows, person(shop));
    view.setPrincipal(person(grant({ project: 'bank' })));
    expect(seen()).toContain('container other');
    expect(seen()).not.toContain('container web');
    expect(change([container('web', { project: 'shop' })])?.upserts).toEqual([]);
    view.setPrincipal(person(grant({ project: 'bank' }, { expiresAt: Date.now() - 1 })));
    expect(groups.size).toBe(0);
    expect(counts()).toBeUndefined();
  });
});
