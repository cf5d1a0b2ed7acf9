import { describe, expect, it } from 'vitest';
import type { EngineRef, Grant, ResourceScope, UserPrincipal } from '#lib/shared/access.ts';
import type { ContainerRow, ImageRow, InventoryRow, NetworkRow, VolumeRow } from '#lib/shared/inventory.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import { createScopedRows, sightOf } from './scoped-rows.ts';

const engine: EngineRef = { id: 'e1', name: 'a', tags: [] };
const principalWith = (resource: ResourceScope | undefined): UserPrincipal => {
  const grant: Grant = {
    id: 'g',
    subjectKind: 'user',
    subjectId: 'u',
    role: 'viewer',
    scope: { kind: 'all', value: '' },
    ...(resource ? { resource } : {}),
  };
  const via = { kind: 'session', id: 's' } as const;
  return { kind: 'user', userId: 'u', email: 'u@example.test', name: 'u', via, grants: [grant] };
};

const container = (name: string, project: string, more: Partial<ContainerRow> = {}): ContainerRow => ({
  kind: 'container',
  engine: 'a',
  id: `id of ${name}`,
  name,
  image: 'x',
  imageId: 'i1',
  state: 'running',
  status: 'Up',
  createdAt: 0,
  ports: [],
  networks: [`${project}_default`],
  mounts: [],
  labels: { 'com.docker.compose.project': project },
  project,
  command: '',
  ...more,
});
const image = (tags: string[]): ImageRow => ({
  kind: 'image',
  engine: 'a',
  id: 'i1',
  tags,
  digests: [],
  sizeBytes: 1,
  createdAt: 0,
  labels: { 'com.docker.compose.project': 'shop' },
  containers: 2,
});
const network = (name: string, labels: Record<string, string> = {}): NetworkRow => ({
  kind: 'network',
  engine: 'a',
  id: `id of ${name}`,
  name,
  driver: 'bridge',
  scope: 'local',
  internal: false,
  attachable: false,
  ipv6: false,
  subnets: [],
  createdAt: 0,
  labels,
  containers: 2,
  builtIn: false,
});
const volume = (name: string, containers: number): VolumeRow => ({
  kind: 'volume',
  engine: 'a',
  id: name,
  name,
  driver: 'local',
  scope: 'local',
  mountpoint: '',
  createdAt: 0,
  labels: {},
  options: {},
  containers,
  anonymous: true,
});
const mounting = (name: string) => ({ mounts: [{ type: 'volume', name, destination: '/v' }] });

function rowsOf(resource: ResourceScope, rows: InventoryRow[]) {
  const sight = sightOf(principalWith(resource), engine, 0);
  if (!sight) throw new Error('There is no scope.');
  const scoped = createScopedRows(sight);
  const names = (all: InventoryRow[]) => all.map((row) => (row.kind === 'image' ? row.tags.join('+') : row.name));
  const first = scoped.reset({ engine: 'a', version: 1, rows }, inventoryKinds);
  const change = (upserts: InventoryRow[], removes: { kind: InventoryRow['kind']; id: string }[] = []) =>
    scoped.apply({ engine: 'a', version: 2, asOf: 0, upserts, removes });
  return { scoped, first, names, change };
}

describe('the live lists of somebody with a scope', () => {
  it('are whole for a grant on the engine', () => {
    expect(sightOf(principalWith(undefined), engine, 0)).toBeUndefined();
  });

  it('show the containers of the project, Docker’s shared networks and what is marked as shared', () => {
    const { first, names } = rowsOf({ project: 'shop' }, [
      container('shop-web', 'shop'),
      container('bank-web', 'bank'),
      network('shop_default', { 'com.docker.compose.project': 'shop' }),
      network('bank_default', { 'com.docker.compose.project': 'bank' }),
      network('common', { 'io.pilothouse.shared': 'true' }),
      network('bridge'),
      network('host'),
    ]);
    expect(names(first.rows)).toEqual(['shop-web', 'shop_default', 'common', 'bridge']);
  });

  it('show an image by the names in sight, never by its labels, and count the containers in sight', () => {
    const rows = [image(['shop/web:1', 'bank/web:1']), container('shop-web', 'shop'), container('bank-web', 'bank')];
    const { first } = rowsOf({ project: 'shop', images: ['shop/*'] }, rows);
    expect(first.rows.find(({ kind }) => kind === 'image')).toMatchObject({ tags: ['shop/web:1'], containers: 1 });
    expect(rowsOf({ project: 'shop' }, rows).first.rows.map(({ kind }) => kind)).toEqual(['container']);
  });

  it('show an anonymous volume when every container that mounts it is in sight', () => {
    const rows = [
      container('shop-a', 'shop', mounting('own')),
      container('shop-b', 'shop', mounting('both')),
      container('bank-b', 'bank', mounting('both')),
      volume('own', 1),
      volume('both', 2),
      volume('unused', 0),
    ];
    const { first, names } = rowsOf({ project: 'shop' }, rows);
    expect(names(first.rows)).toEqual(['shop-a', 'shop-b', 'own']);
  });

  it('tell nothing of what is out of sight, and go on with their versions', () => {
    const { change } = rowsOf({ project: 'shop' }, [container('bank-web', 'bank')]);
    expect(change([container('bank-web', 'bank', { state: 'exited' })])).toMatchObject({ version: 2, upserts: [] });
    expect(change([], [{ kind: 'container', id: 'id of bank-web' }])).toMatchObject({ upserts: [], removes: [] });
  });

  it('take away a row that leaves the scope', () => {
    const labels = { 'com.docker.compose.project': 'shop' };
    const { change } = rowsOf({ project: 'shop' }, [network('shop_default', labels)]);
    const gone = change([network('shop_default', { 'com.docker.compose.project': 'bank' })]);
    expect(gone).toMatchObject({ upserts: [], removes: [{ kind: 'network', id: 'id of shop_default' }] });
  });

  it('ask for the whole list when a container is renamed into the scope or out of it', () => {
    const { change } = rowsOf({ name: 'shop-*' }, [container('shop-web', 'x'), container('other', 'x')]);
    const renamed = { id: 'id of other' };
    expect(change([container('shop-other', 'x', renamed)])).toBeUndefined();
    expect(change([container('new', 'x')])).toMatchObject({ upserts: [] });
    expect(change([container('gone', 'x', { id: 'id of shop-web' })])).toBeUndefined();
  });

  it('are not opened by a label that was cut on its way into the row', () => {
    const long = 'x'.repeat(2000);
    const { first } = rowsOf({ labels: [`team=${long}`] }, [
      container('a', 'p', { labels: { team: `${long.slice(0, 1023)}…` } }),
    ]);
    expect(first.rows).toEqual([]);
  });

  it('count what is in sight', () => {
    const { scoped } = rowsOf({ project: 'shop' }, [
      container('a', 'shop'),
      container('b', 'shop', { state: 'exited' }),
      container('c', 'bank'),
    ]);
    expect(scoped.counts()).toMatchObject({ containers: 2, running: 1, stopped: 1, images: 0 });
  });
});
