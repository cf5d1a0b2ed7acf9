import type { UseQueryResult } from '@tanstack/react-query';
import type { MouseEvent, ReactNode } from 'react';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { ErrorState } from '#components/ui/error-state.tsx';

export interface PlainColumn<Row> {
  label: string;
  cell: (row: Row) => ReactNode;
  /** Not on a phone. */
  wide?: boolean;
  className?: string;
}

interface PlainTableProps<Row> {
  label: string;
  query: UseQueryResult<{ rows: Row[] }>;
  /** Those of the query that are shown, where there is a filter. */
  rows?: readonly Row[];
  columns: readonly PlainColumn<Row>[];
  rowKey: (row: Row) => string;
  /** Instead of an empty table. */
  empty: ReactNode;
  onOpen?: (row: Row) => void;
}

/** The small tables of the settings (tens of rows): loading, failed, empty and filled. */
export function PlainTable<Row>({ label, query, rows, columns, rowKey, empty, onOpen }: PlainTableProps<Row>) {
  if (query.isPending) return <p className="py-6 text-center text-ink-faint">Loading …</p>;
  if (query.isError)
    return (
      <ErrorState
        title={`${label} could not be read`}
        error={shownError(query.error)}
        action={<Button onClick={() => void query.refetch()}>Try again</Button>}
      />
    );
  const shown = rows ?? query.data.rows;
  if (shown.length === 0)
    return <div className="rounded-md border border-dashed px-4 py-6 text-center text-ink-soft">{empty}</div>;
  return (
    <div className="overflow-x-auto rounded-md border">
      <table className="w-full text-left" aria-label={label}>
        <thead>
          <tr className="border-b bg-sunken text-ink-faint text-xs">
            {columns.map((column) => (
              <th
                key={column.label}
                scope="col"
                className={cn('h-8 whitespace-nowrap px-3 font-medium', column.wide && 'max-sm:hidden')}
              >
                {column.label || <span className="sr-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr
              key={rowKey(row)}
              className={cn('border-b last:border-b-0', onOpen && 'cursor-pointer hover:bg-hover')}
              onClick={onOpen && (() => onOpen(row))}
            >
              {columns.map((column) => (
                <td key={column.label} className={cn('h-9 px-3', column.wide && 'max-sm:hidden', column.className)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The two that most rows of the settings end with. They do not also open the row that they stand in. */
export function RowButtons({ onEdit, onRemove }: { onEdit: () => void; onRemove: () => void }) {
  const alone = (act: () => void) => (event: MouseEvent) => {
    event.stopPropagation();
    act();
  };
  return (
    <>
      <Button size="sm" tone="quiet" onClick={alone(onEdit)}>
        Edit
      </Button>
      <Button size="sm" tone="quiet" onClick={alone(onRemove)}>
        Remove
      </Button>
    </>
  );
}
