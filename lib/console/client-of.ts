import type { ClientFacts } from '#lib/identity/types.ts';

/**
 * Who sent a request that Next handed on. The address is X-Forwarded-For, which our own server has overwritten
 * (lib/server/client-address.ts), so that no client can choose it.
 */
export function clientOf(request: Request): ClientFacts {
  return { headers: Object.fromEntries(request.headers), address: request.headers.get('x-forwarded-for') ?? '' };
}
