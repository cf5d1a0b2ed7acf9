import type { IncomingMessage } from 'node:http';
import type { Identity } from '#lib/identity/types.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';

export interface IdentifyDeps {
  identity: Pick<Identity, 'bySession' | 'byToken'>;
  /** The client's address, trusted proxies taken into account. */
  clientAddress(req: IncomingMessage): string;
  /** Without a trailing slash; absent: the host that the request came to. */
  publicUrl?: string;
  /** Origins of other pages that may upgrade in a person's name. */
  allowedOrigins?(): readonly string[];
}

/**
 * Who asks: by `Authorization: Bearer <token>` or else by the session cookie, never by a second one when the first is
 * wrong, and never by anything in the URL, which ends in logs and histories. Whoever comes by cookie must also prove
 * the same origin, or another site's page would ask in the person's name (CSRF, cross-site WebSocket hijacking): by a
 * header that forms and images can't set, or, for upgrades, by Origin. Throws not-signed-in or forbidden.
 */
export async function identify(deps: IdentifyDeps, req: IncomingMessage, isUpgrade: boolean): Promise<UserPrincipal> {
  const client = { headers: req.headers, address: deps.clientAddress(req) };
  if (req.headers.authorization !== undefined) {
    const principal = await deps.identity.byToken(client);
    if (!principal) throw appError('not-signed-in', 'The API token is not known, has expired or was revoked.');
    return principal;
  }
  const principal = await deps.identity.bySession(client);
  if (!principal) {
    throw appError('not-signed-in', 'Sign in, or send an API token: Authorization: Bearer <token>.');
  }
  const proven = isUpgrade ? isSameOrigin(deps, req) : req.headers['x-pilothouse'] !== undefined;
  if (!proven) {
    const proof = isUpgrade ? 'an Origin header of the console itself' : 'the header X-Pilothouse';
    throw appError('forbidden', `Requests by session cookie need ${proof}.`);
  }
  return principal;
}

function isSameOrigin({ publicUrl, allowedOrigins }: IdentifyDeps, req: IncomingMessage): boolean {
  const { origin, host } = req.headers;
  if (!origin || !URL.canParse(origin)) return false;
  if (allowedOrigins?.().includes(new URL(origin).origin)) return true;
  if (publicUrl) return new URL(publicUrl).origin === new URL(origin).origin;
  return host !== undefined && new URL(origin).host === host.toLowerCase();
}
