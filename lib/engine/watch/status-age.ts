const units: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};

/**
 * The age in docker's own sentence (`Up 3 hours (healthy)`, `Exited (0) About a minute ago`), rounded down to a unit as
 * docker does (go-units' HumanDuration): the true age is between `ageMs` and `ageMs + unitMs`. Undefined: it tells none.
 */
export function readStatusAge(status: string): { ageMs: number; unitMs: number } | undefined {
  if (/less than a second/i.test(status)) return { ageMs: 0, unitMs: 1000 };
  const found = status.match(/\b(about an?|\d+) (second|minute|hour|day|week|month|year)s?\b/i);
  const unitMs = units[found?.[2]?.toLowerCase() ?? ''];
  if (!found?.[1] || unitMs === undefined) return undefined;
  return { ageMs: (Number.parseInt(found[1], 10) || 1) * unitMs, unitMs };
}

/** Clocks of two machines differ a little, and a list takes its time. */
const slackMs = 5000;

/**
 * When the present state began, ms since 1970: what is already known as long as the sentence agrees with it, else as
 * the sentence tells it. So it stands still although the sentence grows by itself.
 */
export function settleSince(status: string, known: number | undefined, now: number): number | undefined {
  const told = readStatusAge(status);
  if (!told) return known;
  if (known !== undefined) {
    const age = now - known;
    if (age >= told.ageMs - slackMs && age <= told.ageMs + told.unitMs + slackMs) return known;
  }
  return now - told.ageMs;
}
