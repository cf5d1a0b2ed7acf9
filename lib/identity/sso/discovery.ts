import { z } from 'zod';
import { appError } from '#lib/shared/errors.ts';
import type { ProviderKind } from '#lib/shared/sign-in.ts';
import { checkProviderUrl, guardedGet, isLoopbackHost } from './guarded-request.ts';
import type { SsoEndpoints } from './types.ts';

const suffix = '/.well-known/openid-configuration';
const rememberMs = 10 * 60_000;
const rememberedMax = 100;

const documentSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  userinfo_endpoint: z.string().optional(),
  jwks_uri: z.string(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});

/** In the order of our choice. `none` and the ones by shared secret are not among them. */
const algorithms = ['RS256', 'ES256', 'EdDSA', 'PS256', 'RS384', 'ES384', 'PS384', 'RS512', 'ES512', 'PS512'];

/** The addresses of the presets; of GitHub's own product on a company's server it is that server's. */
export const presetUrls = { google: 'https://accounts.google.com', github: 'https://github.com' } as const;

/** The address as it is stored: an issuer, also when the discovery document's own address was given. */
export function normalizeProviderUrl(kind: ProviderKind, given: string): string {
  const text = given.trim() || (kind === 'oidc' ? '' : presetUrls[kind]);
  const url = checkProviderUrl(text, true);
  if (url.search || url.hash) throw appError('bad-request', 'The address must have no ? or #.');
  const path = url.pathname.endsWith(suffix) ? url.pathname.slice(0, -suffix.length) : url.pathname;
  return `${url.origin}${kind === 'oidc' ? path : path.replace(/\/+$/, '')}`.replace(/^(https?:\/\/[^/]+)\/$/, '$1');
}

/** Whether a provider of this address may lead us to this machine itself: only one that is on it. */
export function loopbackAllowedFor(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname);
}

/** The base of GitHub's API for its own address. */
export function githubApi(url: string): string {
  return url === presetUrls.github ? 'https://api.github.com' : `${url}/api/v3`;
}

/** Finds providers' endpoints, remembered for ten minutes by address. */
export function createDiscovery(now: () => number) {
  const remembered = new Map<string, { endpoints: SsoEndpoints; at: number }>();

  async function discover(url: string): Promise<SsoEndpoints> {
    const loopback = loopbackAllowedFor(url);
    let answer: unknown;
    try {
      answer = await guardedGet(`${url.replace(/\/$/, '')}${suffix}`, loopback);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw appError('bad-request', `The provider could not be asked for its configuration: ${reason}`, error);
    }
    const parsed = documentSchema.safeParse(answer);
    if (!parsed.success) {
      throw appError('bad-request', 'What the provider answered is not an OpenID configuration.', parsed.error);
    }
    return readDocument(parsed.data, url, loopback);
  }

  return async (kind: ProviderKind, url: string): Promise<SsoEndpoints> => {
    if (kind === 'github') return githubEndpoints(url);
    const known = remembered.get(url);
    if (known && now() - known.at < rememberMs) return known.endpoints;
    const endpoints = await discover(url);
    remembered.delete(url);
    remembered.set(url, { endpoints, at: now() });
    const oldest = remembered.keys().next().value;
    if (remembered.size > rememberedMax && oldest !== undefined) remembered.delete(oldest);
    return endpoints;
  };
}

function readDocument(document: z.infer<typeof documentSchema>, url: string, loopback: boolean): SsoEndpoints {
  const { issuer } = document;
  // OpenID Connect Discovery 4.3: else one provider could speak for the people of another (mix-up).
  if (issuer !== url && issuer !== `${url}/`) {
    throw appError('bad-request', `The provider calls itself ${issuer.slice(0, 200)}; give that as its address.`);
  }
  const supported = document.id_token_signing_alg_values_supported ?? ['RS256'];
  const signedBy = algorithms.find((name) => supported.includes(name));
  if (!signedBy) throw appError('bad-request', 'The provider signs its tokens by no method that can be checked.');
  const endpoint = (text: string) => checkProviderUrl(text, loopback).href;
  const { userinfo_endpoint: userinfo, token_endpoint_auth_methods_supported: auth } = document;
  return {
    issuer,
    authorization: endpoint(document.authorization_endpoint),
    token: endpoint(document.token_endpoint),
    ...(userinfo === undefined ? {} : { userinfo: endpoint(userinfo) }),
    jwks: endpoint(document.jwks_uri),
    signedBy,
    tokenAuth: !auth || auth.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post',
  };
}

function githubEndpoints(url: string): SsoEndpoints {
  return {
    issuer: url,
    authorization: `${url}/login/oauth/authorize`,
    token: `${url}/login/oauth/access_token`,
    userinfo: `${githubApi(url)}/user`,
    signedBy: 'RS256',
    tokenAuth: 'client_secret_post',
  };
}
