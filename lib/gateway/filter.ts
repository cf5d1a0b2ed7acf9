import type { Transform } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';

/**
 * Keeps or drops elements of a list reply (container.list, image.list, ...; volume.list inside its object), with the
 * engine's original bytes. `keep` gets the parsed element. Throws internal when the reply is not such a list.
 */
export function filterList(operation: EngineOperation, body: Buffer, keep: (element: unknown) => boolean): Buffer {
  throw appError('internal', `not yet: ${operation} ${body.length} ${typeof keep}`);
}

/** One line of JSON above this ends the stream with an error. */
export const lineBytesMax = 1024 * 1024;

/** A transform over JSON lines (events): drops or changes whole lines, passes all other bytes on unchanged. */
export function createLineFilter(options: {
  keep?: (event: unknown) => boolean;
  map?: (line: Buffer) => Buffer;
}): Transform {
  throw appError('internal', `not yet: ${Object.keys(options).length}`);
}
