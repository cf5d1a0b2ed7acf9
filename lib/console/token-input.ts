import { z } from 'zod';
import { authorize, coversEngine } from '#lib/authz/authorize.ts';
import { findLack } from '#lib/authz/lack.ts';
import type { GrantInput, Token } from '#lib/identity/types.ts';
import type { Runtime } from '#lib/runtime.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { grantInput } from '#lib/shared/grant-input.ts';
import { settleScope, showGrants } from './show-grants.ts';

/** A token's own grants limit it to less than its owner; without them it may what its owner may. */
export const tokenBody = z.strictObject({
  name: z.string(),
  expiresAt: z.number().int().optional(),
  grants: z.array(grantInput).min(1).max(50).optional(),
});

/** The grants with their engines by id; of an engine that the caller has no grant on nothing is told. */
export function settleTokenGrants(
  runtime: Runtime,
  principal: UserPrincipal,
  grants: readonly GrantInput[] | undefined,
): GrantInput[] | undefined {
  const nowMs = Date.now();
  const managesEngines = authorize(principal, 'console.engines', undefined, nowMs).allow;
  return grants?.map((grant) =>
    settleScope(runtime, grant, (engine) => managesEngines || coversEngine(principal, engine, nowMs)),
  );
}

/**
 * Sentences about the grants of a token that its owner does not hold in whole: allowed, since the door asks both, but
 * whoever makes the token should know that it will do less than it says.
 */
export function describeLacks(
  { grants: ownerGrants, roles }: Pick<UserPrincipal, 'grants' | 'roles'>,
  grants: readonly GrantInput[] | undefined,
): string[] {
  return (grants ?? []).flatMap(({ role: name, ...where }) => {
    const role = roles?.get(name);
    const lacking = role && findLack({ grants: ownerGrants, roles }, { ...where, role }, Date.now());
    if (!lacking) return [];
    return [
      `The owner does not hold all of the role ${name} there (${lacking}); the token will do only what both allow.`,
    ];
  });
}

/** Tokens with the grants that limit them. */
export async function showTokens(runtime: Runtime, tokens: readonly Token[]) {
  const limited = new Set(tokens.filter((token) => token.limited).map((token) => token.id));
  const grants =
    limited.size === 0
      ? []
      : await showGrants(
          runtime,
          (await runtime.identity.grants.list()).filter((g) => g.subjectKind === 'token' && limited.has(g.subjectId)),
        );
  return tokens.map((token) => ({
    ...token,
    ...(token.limited ? { grants: grants.filter((grant) => grant.subjectId === token.id) } : {}),
  }));
}
