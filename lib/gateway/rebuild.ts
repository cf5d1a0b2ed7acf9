import { appError } from '#lib/shared/errors.ts';
import type { Classified } from './classified.ts';

/**
 * Path and query as they go to the engine, from the classification alone. `ids` replaces path parameters by resolved
 * full ids (containers, networks, exec; never images).
 */
export function rebuildPath(classified: Classified, ids: Readonly<Record<string, string>> = {}): string {
  throw appError('internal', `not yet: ${classified.operation} ${Object.keys(ids).length}`);
}
