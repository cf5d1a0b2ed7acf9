import type { Column, Grouping, Resource, ResourceRow } from './descriptor.ts';

/** A line of the table: a row, or the heading of a group. */
export type Line<R> =
  | { kind: 'row'; row: R }
  | { kind: 'group'; id: string; label: string; count: number; first: R; open: boolean };

// Rows are replaced, never changed, so what was once computed of one stays true.
const textCache = new WeakMap<object, string>();

export function searchTextOf<R extends ResourceRow>(resource: Pick<Resource<R>, 'searchText'>, row: R): string {
  const known = textCache.get(row);
  if (known !== undefined) return known;
  const text = `${resource.searchText(row)} ${row.engine}`.toLowerCase();
  textCache.set(row, text);
  return text;
}

/** Each word must be found; a word with `-` in front must not. */
export function matchesQuery(text: string, words: readonly string[]): boolean {
  return words.every((word) =>
    word.length > 1 && word[0] === '-' ? !text.includes(word.slice(1)) : text.includes(word),
  );
}

export function queryWords(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

export function filterRows<R extends ResourceRow>(
  resource: Resource<R>,
  rows: readonly R[],
  by: { query: string; engines: readonly string[]; show: string },
): R[] {
  const words = queryWords(by.query);
  const quick = resource.filters.find(({ id }) => id === by.show);
  const engines = new Set(by.engines);
  return rows.filter(
    (row) =>
      (engines.size === 0 || engines.has(row.engine)) &&
      (!quick || quick.test(row)) &&
      (words.length === 0 || matchesQuery(searchTextOf(resource, row), words)),
  );
}

/** `web-2` before `web-10`, without a collator's price on ten thousand rows. */
export function naturalKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(10, '0'));
}

export function sortRows<R extends ResourceRow>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  sort: string,
  name: (row: R) => string,
): R[] {
  const descending = sort.startsWith('-');
  const read = columns.find(({ id }) => id === (descending ? sort.slice(1) : sort))?.sort;
  const keyed = rows.map((row) => {
    const value = read?.(row);
    return { row, value: typeof value === 'string' ? naturalKey(value) : value, name: naturalKey(name(row)) };
  });
  keyed.sort((a, b) => {
    const order = compare(a.value, b.value);
    if (order !== 0) return a.value === undefined || b.value === undefined ? order : descending ? -order : order;
    return compare(a.name, b.name) || compare(a.row.engine, b.row.engine) || compare(a.row.id, b.row.id);
  });
  return keyed.map(({ row }) => row);
}

/** Unknown values stand last, whichever way it is sorted. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

export function groupRows<R extends ResourceRow>(
  rows: readonly R[],
  grouping: Grouping<R> | undefined,
  closed: ReadonlySet<string>,
): Line<R>[] {
  if (!grouping) return rows.map((row) => ({ kind: 'row', row }));
  const groups = new Map<string, R[]>();
  const rest: R[] = [];
  for (const row of rows) {
    const label = grouping.of(row);
    if (label === undefined) rest.push(row);
    else {
      const group = groups.get(label);
      if (group) group.push(row);
      else groups.set(label, [row]);
    }
  }
  const ordered = [...groups].sort(([a], [b]) => compare(naturalKey(a), naturalKey(b)));
  if (rest.length > 0) ordered.push([grouping.rest, rest]);
  return ordered.flatMap(([label, members]): Line<R>[] => {
    const [first] = members;
    if (!first) return [];
    const id = members === rest ? '' : label;
    const open = !closed.has(id);
    const head: Line<R> = { kind: 'group', id, label, count: members.length, first, open };
    return open ? [head, ...members.map((row): Line<R> => ({ kind: 'row', row }))] : [head];
  });
}

/**
 * The columns that fit: the ones that may go leave from the right until the rest has room. What somebody chose beyond
 * the usual ones leaves last: a column that is asked for and does not appear looks broken.
 */
export function fitColumns<R>(columns: readonly Column<R>[], widthPx: number): Column<R>[] {
  const kept = [...columns];
  let total = kept.reduce((sum, column) => sum + column.minPx, 0);
  for (const leaving of ['default', 'chosen'] as const)
    for (let at = kept.length - 1; at >= 0 && total > widthPx; at--) {
      const column = kept[at];
      if (column?.shown !== leaving) continue;
      total -= column.minPx;
      kept.splice(at, 1);
    }
  return kept;
}
