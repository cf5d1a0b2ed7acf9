'use client';
import { useCallback, useState } from 'react';
import { type LogViewState, parseLogView, writeLogView } from './log-url.ts';

/** The view as the address says it, and how to change both. No navigation: the page must not render again for a letter. */
export function useLogView(): [LogViewState, (change: Partial<LogViewState>) => void] {
  const [view, setView] = useState<LogViewState>(() => parseLogView(new URLSearchParams(window.location.search)));
  const change = useCallback((part: Partial<LogViewState>) => {
    setView((before) => {
      const next = { ...before, ...part };
      const query = writeLogView(next, new URLSearchParams(window.location.search)).toString();
      // After this render: replaceState makes Next render its router, which must not happen inside ours.
      queueMicrotask(() =>
        window.history.replaceState(
          null,
          '',
          query ? `${window.location.pathname}?${query}` : window.location.pathname,
        ),
      );
      return next;
    });
  }, []);
  return [view, change];
}
