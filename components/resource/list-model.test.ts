import { Box } from 'lucide-react';
import { describe, expect, it } from 'vitest';
import type { Column, Resource } from './descriptor.ts';
import { filterRows, fitColumns, groupRows, sortRows } from './list-model.ts';

interface Thing {
  engine: string;
  id: string;
  size?: number;
  group?: string;
}

const nothing = () => null;
const column = (id: string, shown: Column<Thing>['shown'], minPx: number): Column<Thing> => ({
  id,
  label: id,
  cell: nothing,
  sort: (row) => (id === 'size' ? row.size : row.id),
  minPx,
  grow: 1,
  shown,
  phone: 'hidden',
});
const columns = [column('name', 'always', 200), column('size', 'default', 100), column('extra', 'default', 100)];
const resource: Resource<Thing> = {
  noun: { one: 'thing', many: 'things' },
  title: 'Things',
  icon: Box,
  path: '/things',
  listOperation: 'container.list',
  useRows: () => [],
  name: (row) => row.id,
  href: (row) => `/things/${row.id}`,
  searchText: (row) => `${row.id} ${row.group ?? ''}`,
  State: nothing,
  columns,
  defaultSort: 'name',
  filters: [{ id: 'big', label: 'Big', test: (row) => (row.size ?? 0) > 10 }],
  groups: [],
  actions: [],
  tasks: [],
  empty: { title: '', text: '' },
};
const rows: Thing[] = [
  { engine: 'b', id: 'web-10', size: 20, group: 'shop' },
  { engine: 'a', id: 'web-2', size: 5, group: 'shop' },
  { engine: 'a', id: 'Db', group: 'data' },
  { engine: 'a', id: 'lone', size: 90 },
];
const ids = (list: readonly Thing[]) => list.map(({ id }) => id);

describe('the list', () => {
  it('finds rows that have every word, and none of the words with a minus', () => {
    const find = (query: string) => ids(filterRows(resource, rows, { query, engines: [], show: '' }));
    expect(find('SHOP web')).toEqual(['web-10', 'web-2']);
    expect(find('web -10')).toEqual(['web-2']);
    expect(find('-')).toEqual(['web-10', 'web-2']);
  });

  it('narrows by engine and by view', () => {
    expect(ids(filterRows(resource, rows, { query: '', engines: ['a'], show: 'big' }))).toEqual(['lone']);
  });

  it('sorts figures inside names by their value', () => {
    expect(ids(sortRows(rows, columns, 'name', (row) => row.id))).toEqual(['Db', 'lone', 'web-2', 'web-10']);
  });

  it('keeps unknown values last in both directions', () => {
    expect(ids(sortRows(rows, columns, 'size', (row) => row.id))).toEqual(['web-2', 'web-10', 'lone', 'Db']);
    expect(ids(sortRows(rows, columns, '-size', (row) => row.id))).toEqual(['lone', 'web-10', 'web-2', 'Db']);
  });

  it('groups in order of the headings, the rest last, and hides the rows of a closed group', () => {
    const grouping = { id: 'g', label: 'Group', of: (row: Thing) => row.group, rest: 'No group' };
    const lines = groupRows(rows, grouping, new Set(['shop']));
    expect(lines.map((line) => (line.kind === 'row' ? line.row.id : `${line.label} ${line.count}`))).toEqual([
      'data 1',
      'Db',
      'shop 2',
      'No group 1',
      'lone',
    ]);
  });

  it('lets columns go from the right until the rest fits, never the fixed ones', () => {
    expect(fitColumns(columns, 400).map(({ id }) => id)).toEqual(['name', 'size', 'extra']);
    expect(fitColumns(columns, 350).map(({ id }) => id)).toEqual(['name', 'size']);
    expect(fitColumns(columns, 100).map(({ id }) => id)).toEqual(['name']);
  });

  it('keeps a column that was chosen rather than the usual ones', () => {
    const chosen = [...columns, column('command', 'chosen', 100)];
    expect(fitColumns(chosen, 400).map(({ id }) => id)).toEqual(['name', 'size', 'command']);
    expect(fitColumns(chosen, 300).map(({ id }) => id)).toEqual(['name', 'command']);
    expect(fitColumns(chosen, 200).map(({ id }) => id)).toEqual(['name']);
  });
});
