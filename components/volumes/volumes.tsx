'use client';
import { HardDrive } from 'lucide-react';
import { useRows } from '#components/live/inventory-store.ts';
import { countColumn, engineColumn, labelText, textColumn, timeColumn } from '#components/resource/cells.tsx';
import type { Resource } from '#components/resource/descriptor.ts';
import { ListPage } from '#components/resource/list-page.tsx';
import { StateDot } from '#components/ui/state-dot.tsx';
import type { VolumeRow } from '#lib/shared/inventory.ts';
import { volumeActions, volumeHref, volumeName } from './volume-actions.ts';
import { createVolume, pruneVolumes } from './volume-tasks.tsx';

function VolumeState({ row }: { row: VolumeRow }) {
  if (row.containers > 0) return <StateDot shape="solid" tone="ok" word="in use" />;
  return <StateDot shape="ring" tone="idle" word={row.anonymous ? 'left over' : 'unused'} />;
}

const project = (row: VolumeRow) => row.labels['com.docker.compose.project'];

export const volumes: Resource<VolumeRow> = {
  noun: { one: 'volume', many: 'volumes' },
  title: 'Volumes',
  icon: HardDrive,
  path: '/volumes',
  listOperation: 'volume.list',
  useRows: () => useRows('volume'),
  name: volumeName,
  href: volumeHref,
  searchText: (row) => `${row.name} ${row.driver} ${row.anonymous ? 'anonymous' : ''} ${labelText(row.labels)}`,
  State: VolumeState,
  columns: [
    textColumn({ id: 'name', label: 'Name', minPx: 180, grow: 2.4, shown: 'always', phone: 'title' }, volumeName),
    {
      id: 'state',
      label: 'State',
      cell: (row) => <VolumeState row={row} />,
      sort: (row) => (row.containers > 0 ? 'a' : row.anonymous ? 'c' : 'b'),
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
      { id: 'project', label: 'Stack', minPx: 90, grow: 1, shown: 'default', phone: 'hidden' },
      (row) => project(row) ?? '',
    ),
    countColumn(
      { id: 'used', label: 'Containers', minPx: 80, grow: 0.3, shown: 'default', phone: 'hidden' },
      (row) => row.containers,
    ),
    timeColumn(
      { id: 'created', label: 'Created', minPx: 84, grow: 0.6, shown: 'default', phone: 'hidden' },
      (row) => row.createdAt * 1000,
    ),
    textColumn(
      { id: 'mountpoint', label: 'Mountpoint', minPx: 160, grow: 2, shown: 'chosen', phone: 'hidden', mono: true },
      (row) => row.mountpoint,
    ),
    textColumn(
      { id: 'scope', label: 'Scope', minPx: 70, grow: 0.4, shown: 'chosen', phone: 'hidden' },
      (row) => row.scope,
    ),
  ],
  defaultSort: 'name',
  filters: [
    { id: 'used', label: 'In use', test: (row) => row.containers > 0 },
    { id: 'unused', label: 'Unused', test: (row) => row.containers === 0 },
    { id: 'named', label: 'Named', test: (row) => !row.anonymous },
  ],
  groups: [
    { id: 'engine', label: 'Engine', of: (row) => row.engine, rest: '' },
    { id: 'stack', label: 'Stack', of: project, rest: 'No stack' },
  ],
  actions: volumeActions,
  tasks: [createVolume, pruneVolumes],
  empty: { title: 'No volumes yet', text: 'Create one, or let docker compose do it.' },
};

export function VolumesPage() {
  return <ListPage resource={volumes} />;
}
