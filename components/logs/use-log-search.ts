'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { openChannel } from '#components/live/channel.ts';
import { ask, getSocket } from '#components/live/socket.ts';
import type { LogLine, LogsSearch, SearchItem } from '#lib/shared/realtime.ts';

export interface LogSearchState {
  /** What was asked; undefined: nothing yet. */
  request?: LogsSearch;
  lines: readonly LogLine[];
  linesRead: number;
  /** All matches, also those beyond the limit. */
  matches: number;
  running: boolean;
  problem?: { message: string; auditId?: string };
}

export const searchLimit = 500;
const idle: LogSearchState = { lines: [], linesRead: 0, matches: 0, running: false };

/** Search over the whole log, on the server. One at a time; a new one, `cancel` and leaving the page end it. */
export function useLogSearch(): {
  search: LogSearchState;
  start: (request: LogsSearch) => void;
  cancel: () => void;
  clear: () => void;
} {
  const [search, setSearch] = useState<LogSearchState>(idle);
  const close = useRef<() => void>(undefined);
  const cancel = useCallback(() => {
    close.current?.();
    close.current = undefined;
    setSearch((before) => ({ ...before, running: false }));
  }, []);
  const clear = useCallback(() => {
    close.current?.();
    close.current = undefined;
    setSearch(idle);
  }, []);
  useEffect(() => () => close.current?.(), []);
  const start = useCallback((request: LogsSearch) => {
    close.current?.();
    setSearch({ ...idle, request, running: true });
    const socket = getSocket();
    close.current = openChannel(socket, () => ask(socket, 'logs:search', request), {
      onItems(items, shown) {
        // The server is ours and typed: what it sends on a search channel are search items.
        const known = items as SearchItem[];
        setSearch((before) => known.reduce(addItem, before));
        shown();
      },
      onEnd(end) {
        close.current = undefined;
        setSearch((before) => ({
          ...before,
          running: false,
          problem: end.code === 'done' || end.message === '' ? undefined : end,
        }));
      },
    });
  }, []);
  return { search, start, cancel, clear };
}

function addItem(state: LogSearchState, item: SearchItem): LogSearchState {
  if ('progress' in item) {
    const { linesRead, matches, done } = item.progress;
    return { ...state, linesRead, matches, running: state.running && !done };
  }
  return state.lines.length >= searchLimit ? state : { ...state, lines: [...state.lines, item] };
}
