'use client';
import { Layers } from 'lucide-react';
import { useRows } from '#components/live/inventory-store.ts';
import {
  bytesColumn,
  countColumn,
  engineColumn,
  labelText,
  textColumn,
  timeColumn,
} from '#components/resource/cells.tsx';
import type { Resource } from '#components/resource/descriptor.ts';
import { ListPage } from '#components/resource/list-page.tsx';
import { StateDot } from '#components/ui/state-dot.tsx';
import { shortId } from '#lib/shared/format.ts';
import type { ImageRow } from '#lib/shared/inventory.ts';
import { imageActions } from './image-actions.ts';
import { imageHref, imageName, isDangling } from './image-name.ts';
import { pruneImages, pullImage } from './image-tasks.tsx';

function ImageState({ row }: { row: ImageRow }) {
  if (row.containers > 0) return <StateDot shape="solid" tone="ok" word="in use" />;
  if (isDangling(row)) return <StateDot shape="dash" tone="idle" word="dangling" />;
  return <StateDot shape="ring" tone="idle" word="unused" />;
}

export const images: Resource<ImageRow> = {
  noun: { one: 'image', many: 'images' },
  title: 'Images',
  icon: Layers,
  path: '/images',
  listOperation: 'image.list',
  useRows: () => useRows('image'),
  name: imageName,
  href: imageHref,
  searchText: (row) => `${row.tags.join(' ')} ${row.digests.join(' ')} ${row.id} ${labelText(row.labels)}`,
  State: ImageState,
  columns: [
    {
      id: 'name',
      label: 'Image',
      cell: (row) => (
        <span className="truncate" title={row.tags.join('\n') || row.id}>
          {imageName(row)}
          {row.tags.length > 1 && (
            <span className="ml-1.5 font-normal text-ink-faint text-xs">+{row.tags.length - 1}</span>
          )}
        </span>
      ),
      sort: imageName,
      minPx: 200,
      grow: 3,
      shown: 'always',
      phone: 'title',
    },
    {
      id: 'state',
      label: 'State',
      cell: (row) => <ImageState row={row} />,
      sort: (row) => (row.containers > 0 ? 'a' : isDangling(row) ? 'c' : 'b'),
      minPx: 84,
      grow: 0.4,
      shown: 'always',
      phone: 'side',
    },
    bytesColumn(
      { id: 'size', label: 'Size', minPx: 70, grow: 0.4, shown: 'default', phone: 'below' },
      (row) => row.sizeBytes,
    ),
    engineColumn(),
    countColumn(
      { id: 'used', label: 'Containers', minPx: 80, grow: 0.3, shown: 'default', phone: 'hidden' },
      (row) => row.containers,
    ),
    timeColumn(
      { id: 'created', label: 'Created', minPx: 84, grow: 0.6, shown: 'default', phone: 'hidden' },
      (row) => row.createdAt * 1000,
    ),
    textColumn({ id: 'id', label: 'Id', minPx: 100, grow: 0.4, shown: 'default', phone: 'hidden', mono: true }, (row) =>
      shortId(row.id),
    ),
    textColumn(
      { id: 'digest', label: 'Digest', minPx: 130, grow: 1, shown: 'chosen', phone: 'hidden', mono: true },
      (row) => row.digests[0]?.split('@')[1] ?? '',
    ),
  ],
  defaultSort: 'name',
  filters: [
    { id: 'used', label: 'In use', test: (row) => row.containers > 0 },
    { id: 'unused', label: 'Unused', test: (row) => row.containers === 0 },
    { id: 'dangling', label: 'Dangling', test: isDangling },
  ],
  groups: [
    { id: 'engine', label: 'Engine', of: (row) => row.engine, rest: '' },
    { id: 'repository', label: 'Repository', of: (row) => row.tags[0]?.replace(/:[^:/]*$/, ''), rest: 'Without a tag' },
  ],
  actions: imageActions,
  tasks: [pullImage, pruneImages],
  empty: { title: 'No images yet', text: 'Pull one, or build one with docker build through the console.' },
};

export function ImagesPage() {
  return <ListPage resource={images} />;
}
