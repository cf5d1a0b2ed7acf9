'use client';
import Link from 'next/link';
import { type MouseEvent, memo } from 'react';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { cn } from '#components/ui/cn.ts';
import { type Column, type Resource, type ResourceRow, rowKey } from './descriptor.ts';
import { RowMenu } from './row-menu.tsx';

export interface TableRowProps<R extends ResourceRow> {
  resource: Resource<R>;
  row: R;
  columns: readonly Column<R>[];
  template: string;
  narrow: boolean;
  top: number;
  height: number;
  index: number;
  selected: boolean;
  atCursor: boolean;
  menuOpen: boolean;
  busy: string | undefined;
  onPick: (row: R, shift: boolean) => void;
  onCursor: (row: R) => void;
  onMenu: (key: string | undefined) => void;
}

/** One row. Kept lean: five hundred of them on a page must not become forty thousand elements. */
function TableRowView<R extends ResourceRow>(props: TableRowProps<R>) {
  const { resource, row, columns, template, narrow, top, height, index, selected, atCursor, busy } = props;
  const name = resource.name(row);
  const pick = (event: MouseEvent) => props.onPick(row, event.shiftKey);
  const link = (column: Column<R>, className: string) => (
    <Link
      href={resource.href(row)}
      prefetch={false}
      tabIndex={-1}
      className={cn('min-w-0 truncate hover:underline', className)}
    >
      {column.cell(row)}
    </Link>
  );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and handles the keys (aria-activedescendant)
    <div
      role="row"
      id={`row-${rowKey(row)}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-busy={busy ? true : undefined}
      data-row={rowKey(row)}
      style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: template }}
      className={cn(
        'absolute inset-x-0 top-0 grid items-center gap-x-3 border-line border-b px-3 hover:bg-hover sm:px-4',
        selected && 'bg-selected hover:bg-selected',
        atCursor && 'shadow-[inset_2px_0_0_var(--accent)]',
      )}
      onClick={() => props.onCursor(row)}
    >
      <div role="gridcell" className="flex">
        <Checkbox aria-label={`Select ${name}`} tabIndex={-1} checked={selected} onClick={pick} onChange={noop} />
      </div>
      {narrow ? (
        <PhoneCells columns={columns} row={row} busy={busy} link={link} />
      ) : (
        columns.map((column, at) => (
          <div
            key={column.id}
            role="gridcell"
            className={cn(
              'flex min-w-0 items-center',
              column.align === 'end' && 'justify-end',
              at > 0 && 'text-ink-soft',
            )}
          >
            {column.phone === 'title' ? link(column, 'font-medium text-ink') : column.cell(row)}
          </div>
        ))
      )}
      <div role="gridcell">
        <RowMenuButton {...props} name={name} />
      </div>
    </div>
  );
}

// memo loses the type parameter; this gives it back.
export const TableRow = memo(TableRowView) as typeof TableRowView;

function noop() {
  // The click has done it; React wants a handler beside `checked`.
}

function RowMenuButton<R extends ResourceRow>(props: TableRowProps<R> & { name: string }) {
  const { resource, row, menuOpen, onMenu, name } = props;
  const key = rowKey(row);
  const button = (
    <button
      type="button"
      tabIndex={-1}
      aria-label={`Actions on ${name}`}
      aria-haspopup="menu"
      className="grid size-6 place-items-center rounded-md text-base text-ink-faint leading-none hover:bg-line hover:text-ink max-sm:size-9"
      onClick={menuOpen ? undefined : () => onMenu(key)}
    >
      ⋯
    </button>
  );
  // The menu's own machinery is mounted for the one row that is asked.
  if (!menuOpen) return button;
  return (
    <RowMenu
      resource={resource}
      row={row}
      trigger={button}
      open
      onOpenChange={(open) => onMenu(open ? key : undefined)}
    />
  );
}

function PhoneCells<R>(props: {
  columns: readonly Column<R>[];
  row: R;
  busy: string | undefined;
  link: (column: Column<R>, className: string) => React.ReactNode;
}) {
  const { columns, row, link } = props;
  const at = (place: Column<R>['phone']) => columns.filter((column) => column.phone === place);
  return (
    <div role="gridcell" className="min-w-0">
      <div className="flex items-center gap-2">
        {at('title').map((column) => (
          <span key={column.id} className="flex min-w-0 flex-1">
            {link(column, 'font-medium')}
          </span>
        ))}
        {at('side').map((column) => (
          <span key={column.id} className="shrink-0 text-ink-soft text-xs">
            {column.cell(row)}
          </span>
        ))}
      </div>
      <div className="flex min-w-0 gap-2 text-ink-faint text-xs">
        {at('below').map((column, index) => (
          <span key={column.id} className={cn('min-w-0 truncate', index === 0 ? 'flex-1' : 'shrink-0')}>
            {column.cell(row)}
          </span>
        ))}
      </div>
    </div>
  );
}
