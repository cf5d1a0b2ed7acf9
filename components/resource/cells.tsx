import { Bytes } from '#components/ui/bytes.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import type { Column, ResourceRow } from './descriptor.ts';

type Place = Pick<Column<never>, 'id' | 'label' | 'minPx' | 'grow' | 'shown' | 'phone'>;

/** A column of plain text; cut with an ellipsis, whole on hover. */
export function textColumn<R>(place: Place & { mono?: boolean }, read: (row: R) => string): Column<R> {
  const { mono, ...rest } = place;
  const className = mono ? 'truncate font-mono text-xs' : 'truncate';
  return {
    ...rest,
    sort: read,
    cell: (row) => {
      const text = read(row);
      return (
        <span className={className} title={text}>
          {text || '–'}
        </span>
      );
    },
  };
}

/** A column of times, in ms since 1970. */
export function timeColumn<R>(place: Place, read: (row: R) => number | undefined): Column<R> {
  return {
    ...place,
    // The newest first when it is sorted upwards, as everyone means it.
    sort: (row) => {
      const at = read(row);
      return at === undefined ? undefined : -at;
    },
    cell: (row) => <RelativeTime at={read(row)} className="truncate" />,
  };
}

export function bytesColumn<R>(place: Place, read: (row: R) => number | undefined): Column<R> {
  return { ...place, align: 'end', sort: read, cell: (row) => <Bytes value={read(row)} className="truncate" /> };
}

export function countColumn<R>(place: Place, read: (row: R) => number): Column<R> {
  return {
    ...place,
    align: 'end',
    sort: read,
    cell: (row) => {
      const count = read(row);
      return <span className={count === 0 ? 'text-ink-faint' : undefined}>{count.toLocaleString('en-US')}</span>;
    },
  };
}

export function engineColumn<R extends ResourceRow>(): Column<R> {
  return textColumn(
    { id: 'engine', label: 'Engine', minPx: 90, grow: 1, shown: 'default', phone: 'below' },
    (row) => row.engine,
  );
}

/** `key=value`, for the filter box. */
export function labelText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}
