/** Rows as columns of text, as `docker ps` prints them; `json` gives one JSON object a line, for scripts. */
export function printTable<Row extends object>(
  rows: readonly Row[],
  columns: Record<string, (row: Row) => string | number | undefined>,
  options: { json?: boolean } = {},
): string {
  if (options.json) return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const heads = Object.keys(columns);
  const cells = rows.map((row) => Object.values(columns).map((show) => printable(show(row))));
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((line) => line[i]?.length ?? 0)));
  const line = (texts: readonly string[]) =>
    `${texts
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('   ')
      .trimEnd()}\n`;
  return [heads.map((head) => head.toUpperCase()), ...cells].map(line).join('');
}

/** A time in ms since 1970 as people read it, to the second; '-' for none. */
export function showTime(ms: number | undefined): string {
  return ms === undefined ? '-' : new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}

/** Names come from engines and people; an escape sequence in one must not steer the administrator's terminal. */
function printable(value: string | number | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return String(value ?? '').replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd');
}
