import { appError } from '#lib/shared/errors.ts';
import type { Classified } from './classified.ts';
import type { Inspected } from './inspected.ts';

/** JSON bodies above this are refused (too-large), as the authorization plugins of moby do. */
export const bodyBytesMax = 4 * 1024 * 1024;

/**
 * Refuses Content-Types that the operation does not take; forms always (a form body beats the query on real engines).
 * `contentType` is the client's header.
 */
export function checkContentType(classified: Classified, contentType: string | undefined): void {
  throw appError('internal', `not yet: ${classified.operation} ${contentType}`);
}

/**
 * Reads query and JSON body of a classified request. Pure. `body` is the whole body (empty or absent: none); not given
 * for streamed bodies. Throws bad-request, too-large, or forbidden for what nobody may do (link-local addresses).
 */
export function inspect(classified: Classified, body: Buffer | undefined): Inspected {
  throw appError('internal', `not yet: ${classified.operation} ${body?.length}`);
}
