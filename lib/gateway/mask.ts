import { appError } from '#lib/shared/errors.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import type { Classified } from './classified.ts';

/** Replies of `secrets: 'masked'` operations are held whole up to this to be masked; larger ones are refused. */
export const maskBytesMax = 64 * 1024 * 1024;

/**
 * Masks a whole JSON reply for whoever may not see secrets; all other bytes stay as the engine sent them. Throws
 * internal when the reply is not JSON. Not for system.events: see maskEvent.
 */
export function maskReply(operation: EngineOperation, body: Buffer): Buffer {
  throw appError('internal', `not yet: ${operation} ${body.length}`);
}

/** Masks one event (a JSON object, with or without line end). For createLineFilter's `map`. */
export function maskEvent(line: Buffer): Buffer {
  throw appError('internal', `not yet: ${line.length}`);
}

/** Throws forbidden unless `ps_args` is one of the fixed sets (`docker top c eww` prints environments). */
export function checkTopArgs(classified: Classified): void {
  throw appError('internal', `not yet: ${classified.operation}`);
}
