import type { AuditTarget } from '#lib/audit/types.ts';
import type { Decision, ScopeObject } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import { isMiss, missing, OutOfScope } from './misses.ts';
import type { Told } from './objects.ts';

/** How the request names an object: as `kind` `name`, and whether it works on it or only uses it (joins, mounts, runs). */
export interface Asked {
  kind: string;
  name: string;
  uses?: true;
  /** For the record, when no grant shows it. */
  target?: AuditTarget;
}

/**
 * Judges each object as soon as the engine has told of it, so that what no grant shows is answered at the same step and
 * in the same words as what is not there. Present where the answer depends on the objects; see needsObjects.
 */
export interface ScopeJudge {
  /** Everything judged so far, for the decision on the whole request. */
  objects: ScopeObject[];
  /** Throws not-found (with OutOfScope as cause) for an object that no grant shows. */
  judge(told: Told, asked: Asked): void;
  /** Asks the engine for an object; throws not-found in our own words for whatever it has to say of a missing one. */
  lookUp(asked: Asked, look: () => Promise<unknown>): Promise<unknown>;
}

/** Whether grants look at the objects: when none reaches the whole of the engine, or when the flags depend on them. */
export function needsObjects(decision: Decision): boolean {
  return !decision.allow || decision.scoped === true || decision.varies === true;
}

/** `decide` is authorize for this request's principal, operation and engine at this time. */
export function createJudge(
  operation: EngineOperation,
  decide: (objects: readonly ScopeObject[]) => Decision,
): ScopeJudge {
  const objects: ScopeObject[] = [];
  return {
    objects,
    judge({ isShared, ...told }, asked) {
      const shared = isShared && (asked.uses === true || isReadOfShared(operation, told.kind));
      const object: ScopeObject = { ...told, ...(shared ? { shared } : {}) };
      const decision = decide([object]);
      if (decision.outOfScope && isShared) {
        throw appError(
          'forbidden',
          `The ${told.kind} ${asked.name} is shared: only a grant without a scope allows ${operation} on it.`,
        );
      }
      if (decision.outOfScope) {
        throw missing(asked.kind, asked.name, new OutOfScope(decision.reason, asked.target));
      }
      objects.push(object);
    },
    async lookUp(asked, look) {
      let reply: unknown;
      try {
        reply = await look();
      } catch (error) {
        if (!isMiss(error)) throw error;
      }
      if (reply === undefined) throw missing(asked.kind, asked.name);
      return reply;
    },
  };
}

/** Shared objects are seen and joined by everybody with a scope, and changed by nobody with one. */
export function isReadOfShared(operation: EngineOperation, kind: string): boolean {
  if (operation === 'network.connect' || operation === 'network.disconnect') return kind === 'network';
  return operation === `${kind}.inspect`;
}
