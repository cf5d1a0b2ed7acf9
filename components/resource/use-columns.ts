'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { Column } from './descriptor.ts';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** The columns that this person wants on this list, kept in the browser. */
export function useColumns<R>(path: string, all: readonly Column<R>[]) {
  const storageKey = `pilothouse.columns${path}`;
  const stored = useSyncExternalStore(
    subscribe,
    () => readStored(storageKey),
    () => null,
  );
  const chosen = useMemo(() => {
    const wanted = stored === null ? undefined : new Set(stored.split(','));
    return all.filter(({ id, shown }) => shown === 'always' || (wanted ? wanted.has(id) : shown === 'default'));
  }, [all, stored]);
  const toggle = useCallback(
    (id: string) => {
      const ids = new Set(chosen.map((column) => column.id));
      if (!ids.delete(id)) ids.add(id);
      try {
        window.localStorage.setItem(storageKey, [...ids].join(','));
      } catch {
        // Storage is full or forbidden: the choice can't be kept, and the list is still right.
        return;
      }
      for (const listener of listeners) listener();
    },
    [chosen, storageKey],
  );
  return { chosen, toggle };
}

function readStored(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}
