export interface SearchTerm {
  pattern: string;
  regex: boolean;
  caseSensitive: boolean;
}

/** Finds all places of a term in a text: `[from, to)` pairs, never empty ones, at most `limit`. */
export type Matcher = (text: string, limit: number) => [number, number][];

/**
 * Compiles a term; null for an empty one. Regular expressions run on RE2, as on the server: linear time, so a pattern
 * such as `(a+)+$` cannot freeze the page. Throws an Error with RE2's own words for a malformed one.
 */
export async function compileMatcher(term: SearchTerm): Promise<Matcher | null> {
  if (term.pattern === '') return null;
  if (!term.regex) return literalMatcher(term);
  // 65 KB that most visits never need.
  const { RE2JS } = await import('re2js');
  const compiled = RE2JS.compile(term.pattern, term.caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
  return (text, limit) => {
    const places: [number, number][] = [];
    const matcher = compiled.matcher(text);
    while (places.length < limit && matcher.find()) {
      if (matcher.end() > matcher.start()) places.push([matcher.start(), matcher.end()]);
    }
    return places;
  };
}

function literalMatcher({ pattern, caseSensitive }: SearchTerm): Matcher {
  const needle = caseSensitive ? pattern : fold(pattern);
  return (text, limit) => {
    const hay = caseSensitive ? text : fold(text);
    const places: [number, number][] = [];
    for (let at = hay.indexOf(needle); at >= 0 && places.length < limit; at = hay.indexOf(needle, at + needle.length))
      places.push([at, at + needle.length]);
    return places;
  };
}

// Lower case must keep every index where it was (U+0130 lower-cases to two characters), or highlights would shift.
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from({ length: text.length }, (_, i) => {
    const c = text.charAt(i).toLowerCase();
    return c.length === 1 ? c : text.charAt(i);
  }).join('');
}

/** Cuts runs at the borders of matches, so that a match may span several looks. */
export function markSpans<T extends { text: string }>(
  spans: readonly T[],
  places: readonly (readonly [number, number])[],
): (T & { match?: true })[] {
  if (places.length === 0) return [...spans];
  const out: (T & { match?: true })[] = [];
  let start = 0;
  let next = 0;
  for (const span of spans) {
    const end = start + span.text.length;
    let at = start;
    while (at < end) {
      while (next < places.length && (places[next]?.[1] ?? 0) <= at) next++;
      const place = places[next];
      const inside = place !== undefined && place[0] <= at;
      const border = place === undefined ? end : Math.min(end, inside ? place[1] : place[0]);
      const part = { ...span, text: span.text.slice(at - start, border - start) };
      out.push(inside ? { ...part, match: true } : part);
      at = border;
    }
    start = end;
  }
  return out;
}
