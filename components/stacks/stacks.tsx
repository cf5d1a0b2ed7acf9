'use client';
import { Boxes } from 'lucide-react';
import { useMemo } from 'react';
import { useRows } from '#components/live/inventory-store.ts';
import { useJobs } from '#components/live/jobs.ts';
import { engineColumn, textColumn, timeColumn } from '#components/resource/cells.tsx';
import { type Resource, rowKey } from '#components/resource/descriptor.ts';
import { ListPage } from '#components/resource/list-page.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { StateDot } from '#components/ui/state-dot.tsx';
import { stackActions, stackHref } from './stack-actions.ts';
import { type StackRow, stackRows } from './stack-rows.ts';

function useStackRows(): readonly StackRow[] | undefined {
  const containers = useRows('container');
  return useMemo(() => containers && stackRows(containers), [containers]);
}

function StackState({ row }: { row: StackRow }) {
  const total = row.containers.length;
  if (row.unhealthy > 0) return <StateDot shape="cross" tone="bad" word={`${row.unhealthy} in trouble`} />;
  if (row.running > 0 && row.running + row.finished === total)
    return <StateDot shape="solid" tone="ok" word="running" />;
  if (row.running > 0) return <StateDot shape="half" tone="warn" word="partly" />;
  return <StateDot shape="ring" tone="idle" word="stopped" />;
}

function StateCell({ row }: { row: StackRow }) {
  const busy = useJobs((state) => state.busy.get(rowKey(row)));
  return busy ? <Badge tone="info">{busy}</Badge> : <StackState row={row} />;
}

export const stacks: Resource<StackRow> = {
  noun: { one: 'stack', many: 'stacks' },
  title: 'Stacks',
  icon: Boxes,
  path: '/stacks',
  listOperation: 'container.list',
  useRows: useStackRows,
  name: (row) => row.id,
  href: stackHref,
  searchText: (row) => `${row.id} ${row.services.join(' ')} ${row.workingDir ?? ''}`,
  State: StackState,
  columns: [
    textColumn({ id: 'name', label: 'Stack', minPx: 150, grow: 1.5, shown: 'always', phone: 'title' }, (row) => row.id),
    {
      id: 'state',
      label: 'State',
      cell: (row) => <StateCell row={row} />,
      sort: (row) =>
        row.unhealthy > 0
          ? 0
          : row.running > 0 && row.running + row.finished === row.containers.length
            ? 2
            : row.running > 0
              ? 1
              : 3,
      minPx: 104,
      grow: 0.5,
      shown: 'always',
      phone: 'side',
    },
    {
      id: 'running',
      label: 'Running',
      cell: (row) => `${row.running} of ${row.containers.length}`,
      sort: (row) => row.running,
      minPx: 74,
      grow: 0.4,
      shown: 'default',
      phone: 'below',
    },
    textColumn({ id: 'services', label: 'Services', minPx: 160, grow: 2.5, shown: 'default', phone: 'hidden' }, (row) =>
      row.services.join(', '),
    ),
    engineColumn(),
    timeColumn(
      { id: 'created', label: 'Created', minPx: 84, grow: 0.6, shown: 'default', phone: 'hidden' },
      (row) => row.createdAt * 1000,
    ),
    textColumn(
      { id: 'dir', label: 'Folder', minPx: 160, grow: 1.5, shown: 'chosen', phone: 'hidden', mono: true },
      (row) => row.workingDir ?? '',
    ),
  ],
  defaultSort: 'name',
  filters: [
    { id: 'running', label: 'Running', test: (row) => row.running > 0 },
    { id: 'stopped', label: 'Stopped', test: (row) => row.running === 0 },
    { id: 'trouble', label: 'Trouble', test: (row) => row.unhealthy > 0 },
  ],
  groups: [{ id: 'engine', label: 'Engine', of: (row) => row.engine, rest: '' }],
  actions: stackActions,
  tasks: [],
  empty: {
    title: 'No stacks yet',
    text: 'What docker compose starts shows here as one: it labels its containers with the name of the project.',
  },
};

export function StacksPage() {
  return <ListPage resource={stacks} />;
}
