import type { OAuthConfig } from 'next-auth/providers/oauth';
import { z } from 'zod';
import { readGithubClaims } from '#lib/identity/sso/github.ts';
import { guardedLookup } from '#lib/identity/sso/guarded-request.ts';
import type { OpenProvider } from '#lib/identity/sso/types.ts';

type Claims = Record<string, unknown>;

const timeoutMs = 10_000;

/**
 * A provider as next-auth takes it: authorization code with PKCE, state and nonce, the issuer and the signature of the
 * ID token checked by openid-client, every call through the lookup that refuses what must not be called. The endpoints
 * are the ones that our own discovery has checked, so next-auth discovers nothing.
 */
export function ssoProvider(provider: OpenProvider): OAuthConfig<Claims> {
  const { endpoints } = provider;
  const github = provider.kind === 'github';
  return {
    id: provider.id,
    name: provider.name,
    type: 'oauth',
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    issuer: endpoints.issuer,
    authorization: { url: endpoints.authorization, params: { scope: scopesOf(provider).join(' ') } },
    token: { url: endpoints.token },
    jwks_endpoint: endpoints.jwks,
    idToken: !github,
    // GitHub signs nothing, so there is no token that could carry a nonce.
    checks: github ? ['pkce', 'state'] : ['pkce', 'state', 'nonce'],
    client: {
      id_token_signed_response_alg: endpoints.signedBy,
      token_endpoint_auth_method: endpoints.tokenAuth,
    },
    httpOptions: { timeout: timeoutMs, lookup: guardedLookup },
    userinfo: {
      url: endpoints.userinfo,
      async request({ tokens, client }) {
        if (github)
          return asClaims(await readGithubClaims(provider.url, tokens.access_token ?? '', wantsGroups(provider)));
        const signed = asClaims(typeof tokens.claims === 'function' ? tokens.claims() : undefined);
        if (!endpoints.userinfo || !tokens.access_token) return signed;
        // Some providers put groups and e-mail there alone.
        const told = asClaims(await client.userinfo(tokens.access_token));
        // OpenID Connect Core 5.3.2: else a token that was swapped would bring another person's groups.
        if (told.sub !== signed.sub) throw new Error('The userinfo is of another person than the ID token.');
        // An address and whether it is verified belong together: never one of here and one of there.
        const { email, email_verified } = signed.email_verified === undefined ? told : signed;
        return { ...told, ...signed, email, email_verified };
      },
    },
    profile: (claims) => ({ id: String(claims.sub ?? '') }),
  };
}

/** What we ask the person to let us know. */
function scopesOf(provider: OpenProvider): string[] {
  if (provider.kind !== 'github') return [...new Set(['openid', 'email', 'profile', ...provider.scopes])];
  return ['read:user', 'user:email', ...(wantsGroups(provider) ? ['read:org'] : []), ...provider.scopes];
}

function wantsGroups(provider: OpenProvider): boolean {
  return provider.groups.length > 0 || provider.admit === 'mapped';
}

function asClaims(value: unknown): Claims & { sub?: string } {
  return z.looseObject({ sub: z.coerce.string().optional() }).parse(value);
}
