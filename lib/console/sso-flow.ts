import { readCookie } from '#lib/identity/session-cookie.ts';
import { connectCookieName } from '#lib/identity/sign-in-step.ts';
import { readClaims } from '#lib/identity/sso/read-claims.ts';
import type { OpenProvider, SsoClaims } from '#lib/identity/sso/types.ts';
import { noteSignIn } from './note-sign-in.ts';
import { beginOf, type Flow, mustGiveSecondFactor, settle, stepCookie } from './sign-in-flow.ts';

/** next-auth keeps there where the sign-in shall lead. */
export const callbackCookieName = 'pilothouse.callback';

const accountPage = '/settings/account';

/**
 * What becomes of somebody whom the provider vouches for: true, and a session is made; a path, and there is none (a
 * refusal, a second step, or a connection that was asked for in a session that goes on).
 */
export async function signInByProvider(
  flow: Flow,
  provider: OpenProvider,
  profile: unknown,
  state: string,
): Promise<true | string> {
  const { runtime, client } = flow;
  const claims = readClaims(profile, {
    providerId: provider.id,
    issuer: provider.endpoints.issuer,
    groupClaim: provider.kind === 'github' ? 'groups' : provider.groupClaim,
    state,
  });
  const intent = runtime.identity.signInSteps.readConnect(client);
  if (intent?.provider === provider.id) return connect(flow, provider, claims, intent);

  const admission = await runtime.identity.sso.admit(claims);
  const person = { kind: 'user', id: '', name: claims.email ?? claims.subject };
  if ('refusal' in admission) {
    await noteSignIn(runtime, beginOf(flow, person), 'denied', `${provider.id}: ${admission.refusal}`);
    return `/sign-in?error=${admission.refusal}`;
  }
  const { user, created } = admission;
  if (created) {
    const target = { kind: 'user', id: user.id, name: user.email };
    const operation = 'user.created-by-provider' as const;
    const begin = { ...beginOf(flow, target), operation, params: { provider: provider.id } };
    await noteSignIn(runtime, begin, 'done');
  }
  if (!provider.trustSecondFactor && (await mustGiveSecondFactor(flow, user, provider.id))) {
    return `/sign-in?step=2&next=${encodeURIComponent(nextOf(flow))}`;
  }
  settle(flow, { user, by: provider.id, ...(provider.trustSecondFactor ? { secondFactor: 'provider' } : {}) });
  return true;
}

/** The intent is of this very session: a link that a stranger sends must not tie his account to somebody's here. */
async function connect(
  flow: Flow,
  provider: OpenProvider,
  claims: SsoClaims,
  intent: { userId: string; sessionId: string },
): Promise<string> {
  const { runtime, client } = flow;
  flow.setCookies.push(stepCookie('', 0, flow.secure, connectCookieName));
  const principal = await runtime.identity.bySession(client);
  if (principal?.via.id !== intent.sessionId || principal.userId !== intent.userId) return '/sign-in?error=sso-connect';
  const admission = await runtime.identity.sso.admit(claims, principal.userId);
  const refusal = 'refusal' in admission ? admission.refusal : undefined;
  const targets = [{ kind: 'user', id: principal.userId, name: principal.email }];
  const params = { provider: provider.id, as: claims.email ?? claims.subject };
  const begin = { principal, operation: 'account.connect', targets, params } as const;
  await noteSignIn(runtime, begin, refusal ? 'denied' : 'done', refusal);
  return refusal ? `${accountPage}?error=${refusal}` : accountPage;
}

function nextOf({ client }: Flow): string {
  const text = decodeURIComponent(readCookie(client.headers.cookie, callbackCookieName) ?? '/');
  if (!URL.canParse(text, 'http://console')) return '/';
  const { pathname, search } = new URL(text, 'http://console');
  return pathname + search;
}
