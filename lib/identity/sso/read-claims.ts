import { z } from 'zod';
import type { SsoClaims } from './types.ts';

const groupsMax = 2000;
const text = z.string().max(300);
const claimsSchema = z.looseObject({
  sub: z.union([z.string().min(1).max(255), z.number()]).transform(String),
  name: text.optional().catch(undefined),
  preferred_username: text.optional().catch(undefined),
  email: text.optional().catch(undefined),
  email_verified: z.unknown().optional(),
});

/**
 * A provider's claims (of the ID token and the userinfo endpoint, or what we made of GitHub's) as what counts here.
 * Throws when there is no subject. Groups that are missing are no groups: a claim that a provider stops sending takes
 * away what it gave.
 */
export function readClaims(
  raw: unknown,
  from: { providerId: string; issuer: string; groupClaim: string; state: string },
): SsoClaims {
  const claims = claimsSchema.parse(raw);
  const { providerId, issuer, state } = from;
  return {
    providerId,
    issuer,
    state,
    subject: claims.sub,
    email: claims.email,
    // Some send it as text; anything else than a plain yes is a no.
    emailVerified: claims.email_verified === true || claims.email_verified === 'true',
    name: claims.name ?? claims.preferred_username,
    groups: readGroups(claims, from.groupClaim),
  };
}

/** By the claim's whole name first, which may be an address with dots (`https://example.org/groups`); then as a path. */
function readGroups(claims: Record<string, unknown>, name: string): string[] {
  if (!name) return [];
  let value: unknown = Object.hasOwn(claims, name) ? claims[name] : claims;
  if (value === claims) {
    for (const part of name.split('.')) {
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? Reflect.get(value, part)
          : undefined;
    }
  }
  const list = Array.isArray(value) ? value : [value];
  return list.filter((group): group is string => typeof group === 'string' && group.length <= 200).slice(0, groupsMax);
}
