import type { AuditTarget } from '#lib/audit/types.ts';
import { type AppError, appError, isAppError } from '#lib/shared/errors.ts';
import { withTag } from './objects.ts';

/** Why an error says "not there": the object is, and no grant shows it. For the trail, never for who asked. */
export class OutOfScope {
  readonly reason: string;
  readonly target: AuditTarget | undefined;
  constructor(reason: string, target: AuditTarget | undefined) {
    this.reason = reason;
    this.target = target;
  }
}

/** The OutOfScope behind an error, if that is what it is. */
export function outOfScopeOf(error: unknown): OutOfScope | undefined {
  return isAppError(error) && error.cause instanceof OutOfScope ? error.cause : undefined;
}

/**
 * The engine's words for an object that is not there. Who has a scope reads these for what is not there and for what is
 * out of scope alike: engines differ a little in their words, and the difference would tell one from the other.
 */
export function missing(kind: string, name: string, cause?: OutOfScope): AppError {
  const error = appError('not-found', words(kind, name), cause);
  misses.add(error);
  return error;
}

const misses = new WeakSet<AppError>();

/**
 * Whether the error is one of these. Their records stay unnamed to who asked: denials and failures are counted in
 * different records once they are many, and comparing two ids would tell what is hidden from what is not there.
 */
export function isMissing(error: AppError): boolean {
  return misses.has(error);
}

function words(kind: string, name: string): string {
  switch (kind) {
    case 'exec':
      return `No such exec instance: ${name}`;
    case 'network':
      return `network ${name} not found`;
    case 'volume':
      return `get ${name}: no such volume`;
    case 'image':
      return `No such image: ${/^sha256:/.test(name) ? name : withTag(name)}`;
    default:
      return `No such ${kind}: ${name}`;
  }
}

/**
 * Whether an engine's refusal to look an object up says that there is no such one object: not found, malformed, or a
 * short id of several (which would tell of those that are out of scope).
 */
export function isMiss(error: unknown): boolean {
  if (!isAppError(error)) return false;
  return ['not-found', 'bad-request', 'conflict'].includes(error.code) || /multiple IDs|ambiguous/i.test(error.message);
}
