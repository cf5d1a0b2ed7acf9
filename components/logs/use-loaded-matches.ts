'use client';
import { useEffect, useState } from 'react';
import type { LogSession } from './log-session.ts';
import type { Matcher } from './search-matcher.ts';
import { stripSgr } from './sgr.ts';

export interface LoadedMatches {
  /** Keys of the loaded rows that have a match, from top to bottom. */
  keys: readonly number[];
  /** Not every loaded row has been looked at yet. */
  searching: boolean;
}

const sliceMs = 8;
const keysMax = 20_000;
const none: LoadedMatches = { keys: [], searching: false };

/**
 * Keeps the list of loaded rows that match up to date while lines come and go. Works in slices of a few milliseconds,
 * so that a term over 100,000 rows never blocks a frame; rows that were looked at once are not looked at again.
 */
export function useLoadedMatches(session: LogSession | undefined, matcher: Matcher | null): LoadedMatches {
  const [found, setFound] = useState<LoadedMatches>(none);
  useEffect(() => {
    if (!session || !matcher) {
      setFound(none);
      return;
    }
    const { buffer } = session;
    let keys: number[] = [];
    // Rows with keys in [from, to) have been looked at.
    let from: number | undefined;
    let to = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const look = (index: number, end: number, deadline: number, out: number[]) => {
      let at = index;
      for (; at < end && performance.now() < deadline; at += 200) {
        for (const row of buffer.slice(at, Math.min(end, at + 200))) {
          if (row.kind !== 'stdout' && row.kind !== 'stderr') continue;
          if (matcher(stripSgr(row.text), 1).length > 0) out.push(row.key);
        }
      }
      return Math.min(at, end);
    };
    const run = () => {
      timer = undefined;
      const first = buffer.at(0)?.key;
      if (first === undefined) {
        keys = [];
        from = undefined;
        setFound({ keys, searching: false });
        return;
      }
      if (from === undefined) from = to = first;
      const gone = keys.findIndex((key) => key >= first);
      if (gone !== 0) keys = gone < 0 ? [] : keys.slice(gone);
      const deadline = performance.now() + sliceMs;
      // New rows at the bottom first: they are what people wait for.
      const newer: number[] = [];
      const end = look(buffer.indexOfKey(Math.max(to, first)), buffer.size, deadline, newer);
      to = (buffer.at(end - 1)?.key ?? to - 1) + 1;
      if (newer.length > 0) keys = [...keys, ...newer];
      const olderEnd = buffer.indexOfKey(from);
      if (end >= buffer.size && olderEnd > 0) {
        const start = Math.max(0, olderEnd - 400);
        const older: number[] = [];
        look(start, olderEnd, Number.POSITIVE_INFINITY, older);
        from = buffer.at(start)?.key ?? from;
        keys = [...older, ...keys];
      }
      if (keys.length > keysMax) keys = keys.slice(-keysMax);
      const searching = end < buffer.size || buffer.indexOfKey(from) > 0;
      setFound({ keys, searching });
      if (searching) timer = setTimeout(run, 0);
    };
    const schedule = () => {
      timer ??= setTimeout(run, 100);
    };
    run();
    const end = session.subscribe(schedule);
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [session, matcher]);
  return found;
}
