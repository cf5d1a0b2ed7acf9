import type { Grant, ResourceScope, Role } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import type { Access } from './authorize.ts';
import { isImagePatternWithin, matchesPattern, parseSelector } from './resource-scope.ts';
import { builtInRoleBook } from './roles.ts';
import { isScopable } from './scopable.ts';

/** What a grant gives and where, whoever has it. */
export type Given = Pick<Grant, 'scope' | 'resource' | 'expiresAt'> & { role: Role };

/**
 * The first operation of the grant that this access does not itself hold as widely, as long and with the same flags;
 * undefined: it holds all. Nobody gives, takes or acts on more than he holds, or whoever may manage users, grants or
 * roles would be an administrator by detour (grant it to himself, reset an administrator's password, widen his role).
 * Sound, not complete: where two scopes can't be compared it says that something is lacking. Pure.
 */
export function findLack(access: Access, given: Given, nowMs: number): Operation | undefined {
  const roles = access.roles ?? builtInRoleBook;
  const { role } = given;
  for (const held of [access.grants, ...(access.limits ? [access.limits] : [])]) {
    const wide = held.filter((grant) => nowMs < endOf(grant) && isWithin(given, grant));
    const rights = wide.flatMap((grant) => roles.get(grant.role) ?? []);
    const able = rights.filter(
      (right) => (right.hostAccess || !role.hostAccess) && (right.seeSecrets || !role.seeSecrets),
    );
    for (const operation of role.operations) {
      if (counts(operation, given) && !able.some((right) => right.operations.has(operation))) return operation;
    }
  }
  return undefined;
}

/** Whether a grant there allows the operation at all. */
function counts(operation: Operation, { scope, resource }: Given): boolean {
  if (operation.startsWith('console.')) return scope.kind === 'all' && resource === undefined;
  return resource === undefined || isScopable(operation);
}

function endOf({ expiresAt }: Pick<Grant, 'expiresAt'>): number {
  return expiresAt ?? Number.POSITIVE_INFINITY;
}

/** Whether the wider grant reaches everything, everywhere and for as long as the given one does. */
function isWithin(given: Given, wider: Grant): boolean {
  const { kind, value } = wider.scope;
  if (kind !== 'all' && (kind !== given.scope.kind || value !== given.scope.value)) return false;
  if (endOf(wider) < endOf(given)) return false;
  if (wider.resource === undefined) return true;
  return given.resource !== undefined && isNarrower(given.resource, wider.resource);
}

function isNarrower(given: ResourceScope, wider: ResourceScope): boolean {
  const images = (given.images ?? []).every((pattern) =>
    (wider.images ?? []).some((other) => isImagePatternWithin(pattern, other)),
  );
  return images && (!namesObjects(given) || (namesObjects(wider) && reachesNoMore(given, wider)));
}

function reachesNoMore(given: ResourceScope, wider: ResourceScope): boolean {
  if (wider.project !== undefined && wider.project !== given.project) return false;
  if (wider.name !== undefined && (given.name === undefined || !matchesPattern(wider.name, given.name))) return false;
  return (wider.labels ?? []).every((selector) => {
    const asked = parseSelector(selector);
    return (given.labels ?? []).some(
      (each) => each === selector || (asked.value === undefined && parseSelector(each).key === asked.key),
    );
  });
}

function namesObjects({ labels = [], project, name }: ResourceScope): boolean {
  return labels.length > 0 || project !== undefined || name !== undefined;
}
