import type { LogLine, LogsItem } from '#lib/shared/realtime.ts';
import { compareTimes } from './log-time.ts';

/** Sorts by time, keeping markers and notices behind the line that they came after. */
export function sortByTime(items: readonly LogsItem[]): LogsItem[] {
  let last = '';
  const keyed = items.map((item, at) => {
    if ('time' in item) last = item.time;
    return { item, at, time: last };
  });
  keyed.sort((a, b) => (a.time === '' || b.time === '' ? a.at - b.at : compareTimes(a.time, b.time) || a.at - b.at));
  return keyed.map((entry) => entry.item);
}

export interface Arrival {
  atMs: number;
  items: readonly LogsItem[];
}

/**
 * Takes from what has arrived the part that is safe to show in time order: everything not later than the newest line
 * that has waited `holdMs`. Lines of a slower source may still come for the rest.
 */
export function takeOrdered(
  arrivals: readonly Arrival[],
  nowMs: number,
  holdMs: number,
): { ready: LogsItem[]; rest: Arrival[] } {
  const old = arrivals.filter((arrival) => nowMs - arrival.atMs >= holdMs);
  if (old.length === 0) return { ready: [], rest: [...arrivals] };
  let cut = '';
  for (const { items } of old)
    for (const item of items) if ('time' in item && (cut === '' || compareTimes(item.time, cut) > 0)) cut = item.time;
  const ready: LogsItem[] = [];
  const rest: Arrival[] = [];
  for (const arrival of arrivals) {
    if (nowMs - arrival.atMs >= holdMs) {
      ready.push(...arrival.items);
      continue;
    }
    const isEarly = (item: LogsItem) => 'time' in item && cut !== '' && compareTimes(item.time, cut) <= 0;
    ready.push(...arrival.items.filter(isEarly));
    const later = arrival.items.filter((item) => !isEarly(item));
    if (later.length > 0) rest.push({ atMs: arrival.atMs, items: later });
  }
  return { ready: sortByTime(ready), rest };
}

/**
 * Joins one page of older lines per source. A source that has more may still hold lines between its oldest one here
 * and the others' older ones, so everything before the latest such border waits for the next page.
 */
export function mergeOlder(pages: readonly { lines: readonly LogLine[]; more: boolean }[]): {
  lines: LogLine[];
  more: boolean;
} {
  let border = '';
  for (const { lines, more } of pages) {
    const first = lines[0];
    if (more && first && (border === '' || compareTimes(first.time, border) > 0)) border = first.time;
  }
  const all = pages
    .flatMap((page) => page.lines)
    .filter((line) => border === '' || compareTimes(line.time, border) >= 0);
  return {
    lines: all.sort((a, b) => compareTimes(a.time, b.time)),
    more: pages.some((page) => page.more),
  };
}
