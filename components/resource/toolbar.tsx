'use client';
import { Columns3, Search, X } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Input } from '#components/ui/input.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from '#components/ui/menu.tsx';
import type { Column, Resource, ResourceRow } from './descriptor.ts';
import { EngineFilter } from './engine-filter.tsx';
import type { ListState } from './use-list-state.ts';

interface ToolbarProps<R extends ResourceRow> {
  resource: Resource<R>;
  state: ListState;
  onChange: (change: Partial<ListState>) => void;
  counts: ReadonlyMap<string, number>;
  columns: { chosen: readonly Column<R>[]; toggle: (id: string) => void };
  filterRef: RefObject<HTMLInputElement | null>;
  /** Leaves the box for the table. */
  onLeave: () => void;
}

export function Toolbar<R extends ResourceRow>(props: ToolbarProps<R>) {
  const { resource, state, onChange, counts, columns, filterRef, onLeave } = props;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <FilterBox
        label={`Filter ${resource.noun.many}`}
        query={state.query}
        onQuery={(query) => onChange({ query })}
        inputRef={filterRef}
        onLeave={onLeave}
      />
      <EngineFilter chosen={state.engines} onChange={(engines) => onChange({ engines })} />
      {resource.filters.length > 0 && (
        <fieldset className="flex min-w-0 gap-0.5 overflow-x-auto [scrollbar-width:none] max-sm:order-4 max-sm:flex-1">
          <legend className="sr-only">Show</legend>
          {[{ id: '', label: 'All' }, ...resource.filters].map(({ id, label }) => (
            <Button
              key={id}
              tone="quiet"
              size="sm"
              aria-pressed={state.show === id}
              onClick={() => onChange({ show: id })}
            >
              {label}
              <span className="text-2xs text-ink-faint tabular-nums">{counts.get(id) ?? ''}</span>
            </Button>
          ))}
        </fieldset>
      )}
      <ViewMenu resource={resource} state={state} onChange={onChange} columns={columns} />
    </div>
  );
}

function FilterBox(props: {
  label: string;
  query: string;
  onQuery: (query: string) => void;
  inputRef: RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}) {
  const { label, query, onQuery, inputRef, onLeave } = props;
  const [text, setText] = useState(query);
  // The back button and the palette change the address; the box follows.
  useEffect(() => setText(query), [query]);
  const change = (value: string) => {
    setText(value);
    onQuery(value);
  };
  return (
    <search className="relative w-64 max-sm:order-1 max-sm:w-auto max-sm:grow max-sm:basis-3/4">
      <Search aria-hidden="true" className="pointer-events-none absolute top-1.5 left-2 size-4 text-ink-faint" />
      <Input
        ref={inputRef}
        aria-label={label}
        placeholder={label}
        className="h-7 pr-8 pl-8"
        value={text}
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text) change('');
          else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') onLeave();
          else return;
          event.preventDefault();
        }}
      />
      {text ? (
        <button
          type="button"
          aria-label="Clear the filter"
          className="absolute top-1.5 right-2 text-ink-faint hover:text-ink"
          onClick={() => change('')}
        >
          <X className="size-4" />
        </button>
      ) : (
        <Kbd className="pointer-events-none absolute top-[5px] right-1.5">/</Kbd>
      )}
    </search>
  );
}

function ViewMenu<R extends ResourceRow>(props: Pick<ToolbarProps<R>, 'resource' | 'state' | 'onChange' | 'columns'>) {
  const { resource, state, onChange, columns } = props;
  const shown = new Set(columns.chosen.map(({ id }) => id));
  const sorted = state.sort.replace(/^-/, '');
  return (
    <Menu
      trigger={
        <Button
          tone="quiet"
          size="sm"
          className="ml-auto max-sm:order-2"
          aria-label="View: columns, sorting and grouping"
        >
          <Columns3 aria-hidden="true" />
          <span className="max-sm:sr-only">View</span>
        </Button>
      }
    >
      {resource.groups.length > 0 && (
        <>
          <MenuLabel>Group by</MenuLabel>
          {[{ id: 'none', label: 'Nothing' }, ...resource.groups].map(({ id, label }) => (
            <MenuCheck key={id} checked={state.group === id} onCheckedChange={() => onChange({ group: id })}>
              {label}
            </MenuCheck>
          ))}
          <MenuLine />
        </>
      )}
      <MenuLabel>Columns</MenuLabel>
      {resource.columns.map((column) => (
        <MenuCheck
          key={column.id}
          checked={shown.has(column.id)}
          disabled={column.shown === 'always'}
          onCheckedChange={() => columns.toggle(column.id)}
        >
          {column.label}
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuLabel>Sort by</MenuLabel>
      {resource.columns.map((column) =>
        column.sort ? (
          <MenuItem
            key={column.id}
            onSelect={(event) => {
              event.preventDefault();
              onChange({ sort: state.sort === column.id ? `-${column.id}` : column.id });
            }}
          >
            {column.label} {sorted === column.id && (state.sort.startsWith('-') ? '↓' : '↑')}
          </MenuItem>
        ) : null,
      )}
    </Menu>
  );
}
