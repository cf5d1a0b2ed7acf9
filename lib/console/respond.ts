import { randomUUID } from 'node:crypto';
import { createLog } from '#lib/log.ts';
import { isAppError } from '#lib/shared/errors.ts';

const log = createLog();

/** A handler's value as a response that nobody caches. */
export function respond(value: unknown): Response {
  if (value instanceof Response) return value;
  const headers = { 'Cache-Control': 'no-store' };
  if (value === undefined) return new Response(null, { status: 204, headers });
  return Response.json(value, { headers });
}

/** The one place where an error of the console's API becomes a response: `{message, code, auditId?}`. */
export function respondError(error: unknown): Response {
  const headers = { 'Cache-Control': 'no-store' };
  if (isAppError(error)) {
    if (error.status >= 500) log.error('a request failed', { error });
    const { message, code, auditId, status } = error;
    return Response.json({ message, code, auditId }, { status, headers });
  }
  // What was not foreseen may carry anything in its text; people get a number to look it up by.
  const reference = randomUUID();
  log.error('a request failed unexpectedly', { reference, error, stack: error instanceof Error ? error.stack : '' });
  const message = `Something went wrong; the console's log has it under ${reference}.`;
  return Response.json({ message, code: 'internal' }, { status: 500, headers });
}
