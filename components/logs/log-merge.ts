import type { LogLine } from '#lib/shared/realtime.ts';
import { compareTimes } from './log-time.ts';

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
