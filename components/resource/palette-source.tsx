'use client';
import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { refusal, useRunner } from './action-runner.tsx';
import { type Resource, type ResourceRow, rowKey, type Task } from './descriptor.ts';
import { matchesQuery, queryWords, searchTextOf } from './list-model.ts';

export interface PaletteHit {
  key: string;
  name: string;
  engine: string;
  icon: LucideIcon;
  state: ReactNode;
  /** Goes to the object's page, or does something to it. */
  does: { kind: 'open'; href: string } | { kind: 'run'; label: string; run: () => void };
}

/** A noun as the palette sees it: its type of row is nobody's business there. */
export interface PaletteSource {
  title: string;
  tasks: readonly Task[];
  useHits: (query: string) => readonly PaletteHit[];
}

const hitsMax = 8;
const actionRowsMax = 4;

export function toPaletteSource<R extends ResourceRow>(resource: Resource<R>): PaletteSource {
  return { title: resource.title, tasks: resource.tasks, useHits: (query) => useHits(resource, query) };
}

function useHits<R extends ResourceRow>(resource: Resource<R>, query: string): readonly PaletteHit[] {
  const rows = resource.useRows();
  const capabilities = useCapabilities();
  const { run } = useRunner();
  return useMemo(() => {
    const words = queryWords(query);
    if (!rows || words.length === 0) return [];
    const found = best(resource, rows, words, hitsMax);
    const open = found.map(
      (row): PaletteHit => ({
        key: rowKey(row),
        name: resource.name(row),
        engine: row.engine,
        icon: resource.icon,
        state: <resource.State row={row} />,
        does: { kind: 'open', href: resource.href(row) },
      }),
    );
    // "stop web": the first word is an action, the rest names what it is done to.
    const [verb, ...rest] = words;
    if (!verb || verb.length < 2 || rest.length === 0) return open;
    const actions = resource.actions.filter(({ label }) => label.toLowerCase().startsWith(verb));
    const runs = actions.flatMap((action) =>
      best(
        resource,
        rows.filter((row) => !refusal(action, row, capabilities)),
        rest,
        actionRowsMax,
      ).map(
        (row): PaletteHit => ({
          key: `${action.id} ${rowKey(row)}`,
          name: resource.name(row),
          engine: row.engine,
          icon: action.icon,
          state: <resource.State row={row} />,
          does: { kind: 'run', label: action.label, run: () => run(resource, action, [row]) },
        }),
      ),
    );
    return [...runs, ...open];
  }, [resource, rows, query, capabilities, run]);
}

/** Names that begin with the first word come before names that have it, and those before other texts that do. */
function best<R extends ResourceRow>(
  resource: Resource<R>,
  rows: readonly R[],
  words: readonly string[],
  max: number,
): R[] {
  const [first = ''] = words;
  const ranked: R[][] = [[], [], []];
  for (const row of rows) {
    if (!matchesQuery(searchTextOf(resource, row), words)) continue;
    const name = resource.name(row).toLowerCase();
    ranked[name.startsWith(first) ? 0 : name.includes(first) ? 1 : 2]?.push(row);
    if ((ranked[0]?.length ?? 0) >= max) break;
  }
  return ranked.flat().slice(0, max);
}
