import { type Classified, queryValue } from '../classified.ts';
import type { Reference } from '../inspected.ts';

/** Lists that take `since` and `before` an object, and tell by an error that it is not there. */
const kinds: Readonly<Record<string, Reference['kind']>> = { 'container.list': 'container', 'image.list': 'image' };

/**
 * The objects that a list is asked to begin or end at, in the query or in its filters. For who has a scope they are
 * judged like any other: an empty list for what is there and an error for what is not would tell one from the other.
 */
export function listReferences(classified: Classified): Reference[] {
  const kind = kinds[classified.operation];
  if (!kind) return [];
  const filters = parseFilters(queryValue(classified, 'filters') ?? '');
  return ['since', 'before'].flatMap((field) =>
    [queryValue(classified, field) ?? '', ...namesIn(filters[field])]
      .filter((name) => name !== '')
      .map((name) => ({ kind, name, use: 'link' as const, field })),
  );
}

/** What is no JSON is the engine's to refuse. */
function parseFilters(text: string): Readonly<Record<string, unknown>> {
  try {
    const filters: unknown = JSON.parse(text);
    return typeof filters === 'object' && filters !== null ? { ...filters } : {};
  } catch {
    return {};
  }
}

/** `["name"]`, or as older clients write it `{"name": true}`. */
function namesIn(filter: unknown): string[] {
  if (Array.isArray(filter)) return filter.filter((name) => typeof name === 'string');
  return typeof filter === 'object' && filter !== null ? Object.keys(filter) : [];
}
