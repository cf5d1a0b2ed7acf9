'use client';
import { Network } from 'lucide-react';
import { useRows } from '#components/live/inventory-store.ts';
import { countColumn, engineColumn, labelText, textColumn, timeColumn } from '#components/resource/cells.tsx';
import type { Resource } from '#components/resource/descriptor.ts';
import { ListPage } from '#components/resource/list-page.tsx';
import { StateDot } from '#components/ui/state-dot.tsx';
import { shortId } from '#lib/shared/format.ts';
import type { NetworkRow } from '#lib/shared/inventory.ts';
import { networkActions, networkHref } from './network-actions.ts';
import { createNetwork, pruneNetworks } from './network-tasks.tsx';

function NetworkState({ row }: { row: NetworkRow }) {
  if (row.builtIn) return <StateDot shape="half" tone="info" word="built in" />;
  if (row.containers > 0) return <StateDot shape="solid" tone="ok" word="in use" />;
  return <StateDot shape="ring" tone="idle" word="unused" />;
}

const traits = (row: NetworkRow) =>
  [row.internal && 'internal', row.attachable && 'attachable', row.ipv6 && 'IPv6'].filter(Boolean).join(', ');

export const networks: Resource<NetworkRow> = {
  noun: { one: 'network', many: 'networks' },
  title: 'Networks',
  icon: Network,
  path: '/networks',
  listOperation: 'network.list',
  useRows: () => useRows('network'),
  name: (row) => row.name,
  href: networkHref,
  searchText: (row) => `${row.name} ${row.driver} ${row.id} ${row.subnets.join(' ')} ${labelText(row.labels)}`,
  State: NetworkState,
  columns: [
    textColumn({ id: 'name', label: 'Name', minPx: 160, grow: 2, shown: 'always', phone: 'title' }, (row) => row.name),
    {
      id: 'state',
      label: 'State',
      cell: (row) => <NetworkState row={row} />,
      sort: (row) => (row.builtIn ? 'c' : row.containers > 0 ? 'a' : 'b'),
      minPx: 84,
      grow: 0.4,
      shown: 'always',
      phone: 'side',
    },
    textColumn(
      { id: 'driver', label: 'Driver', minPx: 80, grow: 0.6, shown: 'default', phone: 'below' },
      (row) => row.driver,
    ),
    engineColumn(),
    textColumn(
      { id: 'subnets', label: 'Subnets', minPx: 120, grow: 1.2, shown: 'default', phone: 'hidden', mono: true },
      (row) => row.subnets.join(' '),
    ),
    countColumn(
      { id: 'used', label: 'Containers', minPx: 80, grow: 0.3, shown: 'default', phone: 'hidden' },
      (row) => row.containers,
    ),
    textColumn({ id: 'traits', label: 'Traits', minPx: 90, grow: 0.8, shown: 'default', phone: 'hidden' }, traits),
    textColumn(
      { id: 'scope', label: 'Scope', minPx: 70, grow: 0.4, shown: 'chosen', phone: 'hidden' },
      (row) => row.scope,
    ),
    timeColumn(
      { id: 'created', label: 'Created', minPx: 84, grow: 0.6, shown: 'default', phone: 'hidden' },
      (row) => row.createdAt * 1000,
    ),
    textColumn({ id: 'id', label: 'Id', minPx: 100, grow: 0, shown: 'chosen', phone: 'hidden', mono: true }, (row) =>
      shortId(row.id),
    ),
  ],
  defaultSort: 'name',
  filters: [
    { id: 'used', label: 'In use', test: (row) => row.containers > 0 },
    { id: 'unused', label: 'Unused', test: (row) => row.containers === 0 && !row.builtIn },
  ],
  groups: [
    { id: 'engine', label: 'Engine', of: (row) => row.engine, rest: '' },
    { id: 'driver', label: 'Driver', of: (row) => row.driver, rest: '' },
  ],
  actions: networkActions,
  tasks: [createNetwork, pruneNetworks],
  empty: { title: 'No networks', text: 'Every engine has at least three of its own; none is known yet.' },
};

export function NetworksPage() {
  return <ListPage resource={networks} />;
}
