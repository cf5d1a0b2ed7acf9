import { findLack } from '#lib/authz/lack.ts';
import type { Grant, Role, UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';

/** What a change gives, takes away or acts on: grants by their role's name, or a role that is not in the book yet. */
export type Held = Pick<Grant, 'scope' | 'resource' | 'expiresAt'> & { role: string | Role };

/**
 * Refuses a change that reaches beyond what the caller holds: with the right to manage users or grants alone nobody
 * makes himself more than he is (a grant to himself, an administrator's new password, a wider role, a stronger team),
 * nor takes from those above him. Whoever is an administrator everywhere holds all. Throws forbidden.
 */
export function requireHeld(principal: UserPrincipal, held: readonly Held[], nowMs: number): void {
  for (const { role: named, ...where } of held) {
    const role = typeof named === 'string' ? principal.roles?.get(named) : named;
    // Of a role that is gone, or at its end: it allows nothing, so there is nothing to lack.
    if (!role || (where.expiresAt !== undefined && where.expiresAt <= nowMs)) continue;
    const lacking = findLack(principal, { ...where, role }, nowMs);
    if (lacking === undefined) continue;
    throw appError(
      'forbidden',
      `Not allowed: this reaches beyond what you hold yourself (the role ${role.name} there has ${lacking}).`,
    );
  }
}

/** For what makes something that holds nothing yet. */
export const nothing = (): readonly Held[] => [];

/** Everywhere and without an end, for a role that anybody may be given. */
export const everywhere = { scope: { kind: 'all', value: '' } } as const;
