const units: Record<string, number> = { m: 60_000, h: 3600_000, d: 24 * 3600_000, w: 7 * 24 * 3600_000 };

/** `30d`, `12h`, `90m` or `2w` in milliseconds. Throws a sentence for anything else. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const ms = Number(amount) * (units[unit ?? ''] ?? Number.NaN);
  if (!(ms > 0)) throw new Error(`"${text}" is no duration; write 90m, 12h, 30d or 2w.`);
  return ms;
}
