const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units as Docker prints them: `0 B`, `999 B`, `1.2 kB`, `34.5 MB`, `120 GB`. Negative and unknown: `–`. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined || !Number.isFinite(bytes) || bytes < 0) return '–';
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

/** `12%`, `3.4%`, `0.05%`; unknown: `–`. */
export function formatPercent(percent: number | undefined): string {
  if (percent === undefined || !Number.isFinite(percent)) return '–';
  if (percent === 0) return '0%';
  return `${percent >= 9.95 ? Math.round(percent) : percent >= 0.95 ? percent.toFixed(1) : percent.toFixed(2)}%`;
}

const steps: readonly [limitSeconds: number, perUnitSeconds: number, unit: string][] = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [86_400 * 30, 86_400, 'd'],
  [86_400 * 365, 86_400 * 30, 'mo'],
  [Number.POSITIVE_INFINITY, 86_400 * 365, 'y'],
];

/** A length of time in one unit: `4 s`, `12 min`, `3 h`, `5 d`, `2 mo`, `1 y`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  for (const [limit, per, unit] of steps) if (seconds < limit) return `${Math.floor(seconds / per)} ${unit}`;
  return '–';
}

/** `now`, `4 min ago`, `in 3 h`. Both in ms since 1970. */
export function formatRelative(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 2000) return 'now';
  return ms > 0 ? `${formatDuration(ms)} ago` : `in ${formatDuration(-ms)}`;
}

const exact = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** The exact time in the reader's own zone: `26 Nov 2026, 12:04:31 UTC`. */
export function formatExact(at: number): string {
  return Number.isFinite(at) ? exact.format(at) : '–';
}

/** `1 container`, `1,204 containers`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** The first twelve characters of an id, without `sha256:`, as docker prints it. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** Quotes one word for a POSIX shell, only where needed, so that shown commands can be pasted. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
