import { appError } from '#lib/shared/errors.ts';
import type { Classified } from './classified.ts';

/**
 * Names the operation. Pure. Throws bad-request for malformed paths and queries, forbidden for what the table does not
 * know. `rawPath` and `rawQuery` exactly as the client sent them.
 */
export function classify(method: string, rawPath: string, rawQuery: string): Classified {
  throw appError('internal', `not yet: ${method} ${rawPath} ${rawQuery}`);
}
