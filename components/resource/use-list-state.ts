'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';

export interface ListState {
  query: string;
  engines: readonly string[];
  show: string;
  sort: string;
  group: string;
}

const names: Record<keyof ListState, string> = {
  query: 'q',
  engines: 'engine',
  show: 'show',
  sort: 'sort',
  group: 'group',
};

/** What the list shows, kept in the address, so that a link, a reload and the back button bring the same list. */
export function useListState(defaults: {
  sort: string;
  group: string;
}): [ListState, (change: Partial<ListState>) => void] {
  const params = useSearchParams();
  const pathname = usePathname();
  const { sort, group } = defaults;
  const state = useMemo(
    (): ListState => ({
      query: params.get(names.query) ?? '',
      engines: (params.get(names.engines) ?? '').split(',').filter(Boolean),
      show: params.get(names.show) ?? '',
      sort: params.get(names.sort) ?? sort,
      group: params.get(names.group) ?? group,
    }),
    [params, sort, group],
  );
  const change = useCallback(
    (next: Partial<ListState>) => {
      // Read anew: two changes in one tick must not undo each other.
      const search = new URLSearchParams(window.location.search);
      const absent: Record<string, string> = { sort, group };
      for (const key of Object.keys(names) as (keyof ListState)[]) {
        const value = next[key];
        if (value === undefined) continue;
        const text = typeof value === 'string' ? value : value.join(',');
        if (text === (absent[key] ?? '')) search.delete(names[key]);
        else search.set(names[key], text);
      }
      const query = search.toString();
      // Next follows this without asking the server.
      window.history.replaceState(null, '', query ? `${pathname}?${query}` : pathname);
    },
    [pathname, sort, group],
  );
  return [state, change];
}
