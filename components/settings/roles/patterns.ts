import { expandPatterns } from '#lib/authz/roles.ts';
import type { Operation } from '#lib/shared/operations.ts';

/** The operations that the patterns name. */
export function operationsOf(patterns: readonly string[]): ReadonlySet<Operation> {
  return expandPatterns(patterns).operations;
}

/** Adds them by name, without those that a pattern names already. */
export function withOperations(patterns: readonly string[], added: readonly Operation[]): string[] {
  const named = operationsOf(patterns);
  return [...patterns, ...added.filter((operation) => !named.has(operation))];
}

/**
 * Takes them away. A pattern with a star that names one of them gives way to the other operations that it named, so
 * that the role loses just these; from then on what later versions bring under that star is no longer part of it.
 */
export function withoutOperations(patterns: readonly string[], removed: readonly Operation[]): string[] {
  const gone = new Set<string>(removed);
  const kept = patterns.flatMap((pattern): string[] => {
    if (!pattern.includes('*')) return gone.has(pattern) ? [] : [pattern];
    const named = [...operationsOf([pattern])];
    return named.some((operation) => gone.has(operation)) ? named.filter((name) => !gone.has(name)) : [pattern];
  });
  return [...new Set(kept)];
}

/** The patterns with a star: they also name what a later version brings. */
export function openPatterns(patterns: readonly string[]): string[] {
  return patterns.filter((pattern) => pattern.includes('*'));
}

/** Why this can't be a pattern; undefined: it can. */
export function patternProblem(pattern: string): string | undefined {
  if (!/^(\*|[a-z]+)\.(\*|[a-z-]+)$/.test(pattern)) return 'A noun and a verb, as in container.* or *.list.';
  if (expandPatterns([pattern]).unknown.length > 0) return `No operation is called ${pattern}.`;
  return undefined;
}
