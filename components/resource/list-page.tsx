'use client';
import { useRouter } from 'next/navigation';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { useUnknownEngines } from '#components/live/inventory-store.ts';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { type Hotkey, useHotkeys } from '#components/ui/hotkeys.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { formatCount } from '#lib/shared/format.ts';
import { BulkBar } from './bulk-bar.tsx';
import type { Resource, ResourceRow } from './descriptor.ts';
import { filterRows, groupRows, sortRows } from './list-model.ts';
import { Table } from './table.tsx';
import { TaskButtons } from './task-buttons.tsx';
import { Toolbar } from './toolbar.tsx';
import { useActionKeys } from './use-action-keys.ts';
import { useColumns } from './use-columns.ts';
import { type ListState, useListState } from './use-list-state.ts';
import { useSelection } from './use-selection.ts';

/** The one list page. All that it knows of a noun is its descriptor. */
export function ListPage<R extends ResourceRow>({ resource }: { resource: Resource<R> }) {
  const all = resource.useRows();
  const [state, change] = useListState({ sort: resource.defaultSort, group: 'none' });
  const deferred = useDeferredValue(state);
  const columns = useColumns(resource.path, resource.columns);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const gridRef = useRef<HTMLDivElement>(null);
  const filterRef = useRef<HTMLInputElement>(null);

  const counts = useCounts(resource, all, deferred);
  const grouping = resource.groups.find(({ id }) => id === deferred.group);
  const sorted = useMemo(
    () => sortRows(filterRows(resource, all ?? [], deferred), resource.columns, deferred.sort, resource.name),
    [resource, all, deferred],
  );
  const lines = useMemo(() => groupRows(sorted, grouping, closed), [sorted, grouping, closed]);
  // In the order that is shown, so that the keys and shift follow the eye.
  const ordered = useMemo(() => lines.flatMap((line) => (line.kind === 'row' ? [line.row] : [])), [lines]);
  const selection = useSelection(ordered);
  useListKeys({ resource, selection, filterRef });

  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        title={resource.title}
        meta={all && <span className="text-ink-faint text-xs">{countText(resource, all.length, sorted.length)}</span>}
        actions={<TaskButtons resource={resource} engines={state.engines} />}
      />
      <div className="px-3 pb-2 sm:px-4">
        {selection.selectedRows.length > 0 ? (
          <BulkBar resource={resource} rows={selection.selectedRows} onClear={() => selection.pickAll(false)} />
        ) : (
          <Toolbar
            resource={resource}
            state={state}
            onChange={change}
            counts={counts}
            columns={columns}
            filterRef={filterRef}
            onLeave={() => gridRef.current?.focus()}
          />
        )}
      </div>
      <Table
        resource={resource}
        lines={lines}
        columns={columns.chosen}
        grouping={grouping}
        sort={state.sort}
        onSort={(sort) => change({ sort })}
        selected={selection.selected}
        onPick={selection.pick}
        onPickAll={selection.pickAll}
        cursor={selection.cursor}
        onCursor={selection.setCursorRow}
        onToggleGroup={(id) => setClosed((before) => toggled(before, id))}
        gridRef={gridRef}
      >
        {all === undefined && <SkeletonRows rows={14} />}
        {all && sorted.length === 0 && (
          <Nothing resource={resource} state={state} total={all.length} onChange={change} />
        )}
      </Table>
    </div>
  );
}

function useCounts<R extends ResourceRow>(resource: Resource<R>, all: readonly R[] | undefined, state: ListState) {
  return useMemo(() => {
    if (!all) return new Map<string, number>();
    const base = filterRows(resource, all, { ...state, show: '' });
    return new Map([
      ['', base.length] as const,
      ...resource.filters.map(({ id, test }) => [id, base.filter(test).length] as const),
    ]);
  }, [resource, all, state]);
}

function useListKeys<R extends ResourceRow>(props: {
  resource: Resource<R>;
  selection: ReturnType<typeof useSelection<R>>;
  filterRef: React.RefObject<HTMLInputElement | null>;
}) {
  const { resource, selection, filterRef } = props;
  const { cursorRow, selectedRows, move, pick, pickAll } = selection;
  const router = useRouter();
  const keys: Hotkey[] = [
    { key: '/', label: 'Filter', run: () => filterRef.current?.focus() },
    { key: 'j', label: 'Next row', run: () => move(1) },
    { key: 'ArrowDown', label: 'Next row', silent: true, run: () => move(1) },
    { key: 'k', label: 'Previous row', run: () => move(-1) },
    { key: 'ArrowUp', label: 'Previous row', silent: true, run: () => move(-1) },
    { key: 'PageDown', label: 'Down a page', silent: true, run: () => move(15) },
    { key: 'PageUp', label: 'Up a page', silent: true, run: () => move(-15) },
    { key: 'Home', label: 'First row', silent: true, run: () => move(-Infinity) },
    { key: 'End', label: 'Last row', silent: true, run: () => move(Infinity) },
    { key: 'Enter', label: 'Open', run: () => cursorRow && router.push(resource.href(cursorRow)) },
    { key: 'x', label: 'Select the row', run: (event) => cursorRow && pick(cursorRow, event.shiftKey) },
    { key: 'X', label: 'Select up to here', silent: true, run: () => cursorRow && pick(cursorRow, true) },
    { key: 'mod+a', label: 'Select all', run: () => pickAll(true) },
    { key: 'Escape', label: 'Clear the selection', run: () => pickAll(false) },
  ];
  const actionKeys = useActionKeys(resource, (action) =>
    action.kind === 'job' && action.bulk && selectedRows.length > 0 ? selectedRows : cursorRow ? [cursorRow] : [],
  );
  useHotkeys(resource.title, [...keys, ...actionKeys]);
}

function Nothing<R extends ResourceRow>(props: {
  resource: Resource<R>;
  state: ListState;
  total: number;
  onChange: (change: Partial<ListState>) => void;
}) {
  const { resource, state, total, onChange } = props;
  const unknown = useUnknownEngines();
  const { engines } = useCapabilities();
  if (total > 0)
    return (
      <EmptyState
        icon={resource.icon}
        title={`No ${resource.noun.one} matches`}
        action={<Button onClick={() => onChange({ query: '', engines: [], show: '' })}>Show all</Button>}
      >
        {formatCount(total, `${resource.noun.one} is`, `${resource.noun.many} are`)} hidden by the filter
        {state.query && <> “{state.query}”</>}.
      </EmptyState>
    );
  if (unknown.length > 0 && unknown.length === engines.length)
    return (
      <EmptyState icon={resource.icon} title="Not known yet">
        No engine has answered so far: {unknown.join(', ')}. What they have shows here as soon as they do.
      </EmptyState>
    );
  return (
    <EmptyState icon={resource.icon} title={resource.empty.title}>
      {resource.empty.text}
    </EmptyState>
  );
}

function countText<R extends ResourceRow>(resource: Resource<R>, total: number, shown: number): string {
  const count = formatCount(total, resource.noun.one, resource.noun.many);
  return shown === total ? count : `${shown.toLocaleString('en-US')} of ${count}`;
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
