'use client';
import { Box } from 'lucide-react';
import { useRows } from '#components/live/inventory-store.ts';
import { labelText } from '#components/resource/cells.tsx';
import type { Resource } from '#components/resource/descriptor.ts';
import { ListPage } from '#components/resource/list-page.tsx';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { containerActions, containerHref } from './container-actions.ts';
import { containerColumns } from './container-columns.tsx';
import { ContainerState, isStopped } from './container-state.tsx';
import { pruneContainers } from './prune-containers.tsx';

export const containers: Resource<ContainerRow> = {
  noun: { one: 'container', many: 'containers' },
  title: 'Containers',
  icon: Box,
  path: '/containers',
  listOperation: 'container.list',
  useRows: () => useRows('container'),
  name: (row) => row.name,
  href: containerHref,
  searchText: (row) =>
    `${row.name} ${row.image} ${row.id} stack:${row.project ?? ''} ${row.state} ${labelText(row.labels)}`,
  State: ContainerState,
  columns: containerColumns,
  defaultSort: 'name',
  filters: [
    { id: 'running', label: 'Running', test: (row) => row.state === 'running' || row.state === 'paused' },
    { id: 'stopped', label: 'Stopped', test: isStopped },
    {
      id: 'trouble',
      label: 'Trouble',
      test: (row) =>
        row.health === 'unhealthy' ||
        row.state === 'restarting' ||
        row.state === 'dead' ||
        (row.state === 'exited' && Boolean(row.exitCode)),
    },
  ],
  groups: [
    { id: 'stack', label: 'Stack', of: (row) => row.project, rest: 'No stack' },
    { id: 'engine', label: 'Engine', of: (row) => row.engine, rest: '' },
    { id: 'image', label: 'Image', of: (row) => row.image, rest: '' },
  ],
  actions: containerActions,
  tasks: [pruneContainers],
  empty: {
    title: 'No containers yet',
    text: 'Start one with docker run or docker compose up; it shows here the moment it exists.',
  },
};

export function ContainersPage() {
  return <ListPage resource={containers} />;
}
