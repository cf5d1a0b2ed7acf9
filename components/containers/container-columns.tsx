'use client';
import { useJobs } from '#components/live/jobs.ts';
import { engineColumn, textColumn, timeColumn } from '#components/resource/cells.tsx';
import { type Column, rowKey } from '#components/resource/descriptor.ts';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { shortId } from '#lib/shared/format.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { portTexts } from './container-ports.ts';
import { ContainerStateOrBusy, containerLook } from './container-state.tsx';

function StateCell({ row }: { row: ContainerRow }) {
  const busy = useJobs((state) => state.busy.get(rowKey(row)));
  return <ContainerStateOrBusy row={row} busy={busy} />;
}

/** For how long it has been as it is. */
function SinceCell({ row }: { row: ContainerRow }) {
  if (row.sinceAt === undefined) return <span className="text-ink-faint">–</span>;
  return <RelativeTime at={row.sinceAt} short className="truncate" />;
}

export const containerColumns: readonly Column<ContainerRow>[] = [
  textColumn({ id: 'name', label: 'Name', minPx: 150, grow: 2, shown: 'always', phone: 'title' }, (row) => row.name),
  {
    id: 'state',
    label: 'State',
    cell: (row) => <StateCell row={row} />,
    sort: (row) => containerLook(row).word,
    minPx: 104,
    grow: 0.5,
    shown: 'always',
    phone: 'side',
  },
  textColumn(
    { id: 'image', label: 'Image', minPx: 130, grow: 2, shown: 'default', phone: 'below' },
    (row) => row.image,
  ),
  engineColumn(),
  textColumn(
    { id: 'project', label: 'Stack', minPx: 84, grow: 1, shown: 'default', phone: 'hidden' },
    (row) => row.project ?? '',
  ),
  textColumn(
    { id: 'ports', label: 'Ports', minPx: 104, grow: 1.2, shown: 'default', phone: 'hidden', mono: true },
    (row) => portTexts(row.ports).join(' '),
  ),
  {
    id: 'since',
    label: 'Since',
    cell: (row) => <SinceCell row={row} />,
    sort: (row) => (row.sinceAt === undefined ? undefined : -row.sinceAt),
    minPx: 84,
    grow: 0.8,
    shown: 'default',
    phone: 'hidden',
  },
  timeColumn(
    { id: 'created', label: 'Created', minPx: 84, grow: 0.6, shown: 'default', phone: 'hidden' },
    (row) => row.createdAt * 1000,
  ),
  textColumn({ id: 'networks', label: 'Networks', minPx: 100, grow: 1, shown: 'chosen', phone: 'hidden' }, (row) =>
    row.networks.join(', '),
  ),
  textColumn(
    { id: 'command', label: 'Command', minPx: 130, grow: 1.5, shown: 'chosen', phone: 'hidden', mono: true },
    (row) => row.command,
  ),
  textColumn({ id: 'id', label: 'Id', minPx: 100, grow: 0, shown: 'chosen', phone: 'hidden', mono: true }, (row) =>
    shortId(row.id),
  ),
];
