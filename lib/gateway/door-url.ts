import { appError } from '#lib/shared/errors.ts';

export interface DoorUrl {
  engine: string;
  rawPath: string;
  rawQuery: string;
}

/** Splits `/docker/<engine>/...?...` without decoding anything: that is for classify. Throws not-found. */
export function parseDoorUrl(url: string | undefined): DoorUrl {
  const [, engine, rawPath, rawQuery] = /^\/docker\/([A-Za-z0-9_-]{1,64})(\/[^?]*)(?:\?(.*))?$/s.exec(url ?? '') ?? [];
  if (engine === undefined || rawPath === undefined) {
    throw appError('not-found', 'The Engine API is at /docker/<engine>/..., see "Connect your CLI" in the console.');
  }
  return { engine, rawPath, rawQuery: rawQuery ?? '' };
}
