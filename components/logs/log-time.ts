export const timeModes = ['off', 'local', 'utc'] as const;
export type TimeMode = (typeof timeModes)[number];

/** Orders two RFC 3339 times with nanoseconds: negative when `a` is earlier. */
export function compareTimes(a: string, b: string): number {
  // Docker's own are all UTC of one length, where the text order is the time order; Podman's carry an offset.
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : a > b ? 1 : 0;
  const byMs = Date.parse(a) - Date.parse(b);
  return byMs !== 0 ? byMs : Number(fraction(a)) - Number(fraction(b));
}

function fraction(time: string): string {
  return (/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(9, '0').slice(0, 9);
}

const two = (n: number) => String(n).padStart(2, '0');

/** `11-26 12:00:00.123`, in the reader's zone or in UTC; the text itself when it is no time. */
export function formatLogTime(time: string, mode: Exclude<TimeMode, 'off'>): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const utc = mode === 'utc';
  const month = two((utc ? date.getUTCMonth() : date.getMonth()) + 1);
  const day = two(utc ? date.getUTCDate() : date.getDate());
  const clock = [
    utc ? date.getUTCHours() : date.getHours(),
    utc ? date.getUTCMinutes() : date.getMinutes(),
    utc ? date.getUTCSeconds() : date.getSeconds(),
  ].map(two);
  return `${month}-${day} ${clock.join(':')}.${fraction(time).slice(0, 3)}`;
}

/** RFC 3339 as the engine takes times: seconds with nine digits. The text itself when it is no time. */
export function toEngineSeconds(time: string): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return time;
  return `${Math.floor(ms / 1000)}.${fraction(time)}`;
}

/** A point in time for the engine's since and until: `15m`, `2h`, `3d` before now, or a date as the browser gives it. */
export function parseTimeBound(text: string, nowMs: number): string | undefined {
  const trimmed = text.trim();
  const ago = /^(\d{1,6})\s*([smhd])$/.exec(trimmed);
  if (ago) {
    const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[ago[2] ?? 's'] ?? 1000;
    return new Date(nowMs - Number(ago[1]) * unitMs).toISOString();
  }
  const at = Date.parse(trimmed);
  return trimmed === '' || Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
