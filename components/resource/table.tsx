'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useMemo, useState } from 'react';
import { useJobs } from '#components/live/jobs.ts';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { cn } from '#components/ui/cn.ts';
import { type Column, type Grouping, type Resource, type ResourceRow, rowKey } from './descriptor.ts';
import { GroupRow } from './group-row.tsx';
import { fitColumns, type Line } from './list-model.ts';
import { TableRow } from './table-row.tsx';
import { useWidth } from './use-width.ts';

const rowPx = 32;
const phoneRowPx = 54;
const headPx = 30;
// Checkbox, menu and the gaps around them.
const edgesPx = 14 + 24 + 32;
const gapPx = 12;
const narrowPx = 600;

export interface TableProps<R extends ResourceRow> {
  resource: Resource<R>;
  lines: readonly Line<R>[];
  columns: readonly Column<R>[];
  grouping: Grouping<R> | undefined;
  sort: string;
  onSort: (sort: string) => void;
  selected: ReadonlySet<string>;
  onPick: (row: R, shift: boolean) => void;
  onPickAll: (all: boolean) => void;
  cursor: string | undefined;
  onCursor: (row: R) => void;
  onToggleGroup: (id: string) => void;
  gridRef: RefObject<HTMLDivElement | null>;
  /** Stands where the rows would: empty, loading, not found. */
  children?: ReactNode;
}

/** The one table: virtualised, so that ten thousand rows cost what fifty do. */
export function Table<R extends ResourceRow>(props: TableProps<R>) {
  const { resource, lines, columns, selected, cursor, gridRef, onPick, onCursor } = props;
  const widthPx = useWidth(gridRef);
  const narrow = widthPx < narrowPx;
  const [menu, setMenu] = useState<string>();
  const busy = useJobs((state) => state.busy);
  const shown = useMemo(
    () => fitColumns(columns, widthPx - edgesPx - (columns.length + 1) * gapPx),
    [columns, widthPx],
  );
  const template = narrow
    ? '14px minmax(0,1fr) auto'
    : `14px ${shown.map(({ minPx, grow }) => `minmax(${minPx}px,${grow}fr)`).join(' ')} 24px`;
  const heightPx = narrow ? phoneRowPx : rowPx;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => gridRef.current,
    estimateSize: (index) => (lines[index]?.kind === 'group' ? rowPx : heightPx),
    overscan: 6,
    scrollPaddingStart: narrow ? 0 : headPx,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other heights, other places
  useEffect(() => virtual.measure(), [heightPx, lines]);

  const cursorIndex = useMemo(
    () => (cursor === undefined ? -1 : lines.findIndex((line) => line.kind === 'row' && rowKey(line.row) === cursor)),
    [cursor, lines],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the cursor, not every change of the list
  useEffect(() => {
    if (cursorIndex >= 0) virtual.scrollToIndex(cursorIndex);
  }, [cursor]);

  return (
    <div
      ref={gridRef}
      role="grid"
      tabIndex={0}
      aria-label={resource.title}
      aria-rowcount={lines.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={cursorIndex >= 0 ? `row-${cursor}` : undefined}
      className="relative min-h-0 flex-1 overflow-y-auto overflow-x-hidden border-t outline-none focus-visible:outline-none"
    >
      {!narrow && <Head {...props} shown={shown} template={template} />}
      {props.children}
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          if (line.kind === 'group')
            return (
              <GroupRow
                key={`group-${line.id}`}
                line={line}
                grouping={props.grouping}
                top={item.start}
                noun={resource.noun}
                onToggle={props.onToggleGroup}
              />
            );
          const key = rowKey(line.row);
          return (
            <TableRow
              key={key}
              resource={resource}
              row={line.row}
              columns={narrow ? columns : shown}
              template={template}
              narrow={narrow}
              top={item.start}
              height={heightPx}
              index={item.index}
              selected={selected.has(key)}
              atCursor={key === cursor}
              menuOpen={key === menu}
              busy={busy.get(key)}
              onPick={onPick}
              onCursor={onCursor}
              onMenu={setMenu}
            />
          );
        })}
      </div>
    </div>
  );
}

function Head<R extends ResourceRow>(props: TableProps<R> & { shown: readonly Column<R>[]; template: string }) {
  const { shown, template, sort, onSort, selected, lines, onPickAll } = props;
  const sorted = sort.replace(/^-/, '');
  const descending = sort.startsWith('-');
  const total = lines.reduce((sum, line) => sum + (line.kind === 'row' ? 1 : 0), 0);
  const all = selected.size > 0 && selected.size >= total;
  return (
    <div
      role="row"
      style={{ gridTemplateColumns: template, height: headPx }}
      className="sticky top-0 z-10 grid items-center gap-x-3 border-b bg-canvas px-4 text-ink-faint text-xs"
    >
      <div role="columnheader" className="flex">
        <Checkbox
          aria-label="Select all"
          checked={all}
          indeterminate={selected.size > 0 && !all}
          onChange={(event) => onPickAll(event.target.checked)}
        />
      </div>
      {shown.map((column) => (
        <div
          key={column.id}
          role="columnheader"
          aria-sort={column.id === sorted ? (descending ? 'descending' : 'ascending') : undefined}
          className={cn('flex min-w-0', column.align === 'end' && 'justify-end')}
        >
          {column.sort ? (
            <button
              type="button"
              className={cn('flex min-w-0 items-center gap-1 hover:text-ink', column.id === sorted && 'text-ink')}
              onClick={() => onSort(sort === column.id ? `-${column.id}` : column.id)}
            >
              <span className="truncate">{column.label}</span>
              {column.id === sorted && (descending ? <ArrowDown className="size-3" /> : <ArrowUp className="size-3" />)}
            </button>
          ) : (
            <span className="truncate">{column.label}</span>
          )}
        </div>
      ))}
      <div role="columnheader">
        <span className="sr-only">Actions</span>
      </div>
    </div>
  );
}
