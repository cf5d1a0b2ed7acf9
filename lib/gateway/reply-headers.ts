import type { IncomingHttpHeaders } from 'node:http';
import { appError } from '#lib/shared/errors.ts';

/**
 * The engine's reply headers by allow-list. `cookie`: the principal came by cookie, so a lying engine must not run
 * script at our origin: nosniff, CSP sandbox, and what is not JSON as an attachment. `dropLength`: the body is changed.
 */
export function replyHeaders(
  headers: IncomingHttpHeaders,
  options: { cookie: boolean; dropLength?: boolean },
): Record<string, string | string[]> {
  throw appError('internal', `not yet: ${Object.keys(headers).length} ${options.cookie}`);
}
