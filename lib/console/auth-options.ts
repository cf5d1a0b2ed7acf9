import type { AuthOptions } from 'next-auth';
import * as credentialsModule from 'next-auth/providers/credentials';
import { z } from 'zod';
import { sessionCookieName } from '#lib/identity/session-cookie.ts';
import type { OpenProvider } from '#lib/identity/sso/types.ts';
import type { User } from '#lib/identity/types.ts';
import { createLog } from '#lib/log.ts';
import { noteSignIn } from './note-sign-in.ts';
import { beginOf, type Flow, signInByPasskey, signInByPassword, signInBySecondFactor } from './sign-in-flow.ts';
import { callbackCookieName, signInByProvider } from './sso-flow.ts';
import { ssoProvider } from './sso-provider.ts';

const log = createLog();

// A CommonJS module: its default is one level deeper in plain ESM than in Next's bundles.
const { default: credentialsDefault } = credentialsModule;
const credentialsProvider = 'default' in credentialsDefault ? unwrap(credentialsDefault) : credentialsDefault;

function unwrap(module: { default: unknown }): typeof credentialsDefault {
  if (typeof module.default !== 'function') throw new Error('next-auth has no credentials provider.');
  return module.default as typeof credentialsDefault;
}

const claimsSchema = z.object({ sid: z.string() });

/** The identity provider that a request is about, and the `state` that it brought back. */
export interface ProviderRequest {
  provider: OpenProvider;
  state: string;
}

/**
 * next-auth's options for one request: the ways to sign in, a JWT that carries nothing but our session's id, cookies of
 * fixed names. `flow.secure`: the request came by https, so the cookies must not travel otherwise.
 */
export function authOptions(flow: Flow, asked?: ProviderRequest): AuthOptions {
  const { runtime, client, secure } = flow;
  const { identity } = runtime;
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;
  return {
    secret: identity.jwtSecret,
    session: { strategy: 'jwt', maxAge: identity.settings.get().sessions.lengthHours * 3600 },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    useSecureCookies: secure,
    cookies: {
      sessionToken: { name: sessionCookieName, options: cookie },
      csrfToken: { name: 'pilothouse.csrf', options: cookie },
      callbackUrl: { name: callbackCookieName, options: cookie },
      state: { name: 'pilothouse.state', options: cookie },
      nonce: { name: 'pilothouse.nonce', options: cookie },
      pkceCodeVerifier: { name: 'pilothouse.pkce', options: cookie },
    },
    logger: {
      error: (code, metadata) => noteFailure(flow, asked, code, metadata),
      warn: () => {},
      debug: () => {},
    },
    providers: [
      way('credentials', (given) => signInByPassword(flow, given)),
      way('second-factor', (given) => signInBySecondFactor(flow, given)),
      way('passkey', (given) => signInByPasskey(flow, given)),
      ...(asked ? [ssoProvider(asked.provider)] : []),
    ],
    callbacks: {
      async signIn({ account, profile }) {
        if (account?.type !== 'oauth') return flow.settled !== undefined;
        if (!asked) return false;
        return signInByProvider(flow, asked.provider, profile, asked.state);
      },
      async jwt({ token, user }) {
        // Only at the sign-in itself is there a user: the one moment at which a session is made.
        if (!user) return { sid: token.sid };
        if (!flow.settled) throw new Error('A sign-in came to its end without having been settled.');
        const { user: person, by, secondFactor } = flow.settled;
        const session = await identity.sessions.create(person.id, client, secondFactor);
        const via = { kind: 'session', id: session.id } as const;
        const who = { userId: person.id, email: person.email, name: person.name };
        const principal = { kind: 'user', ...who, via, grants: [], address: client.address } as const;
        await noteSignIn(runtime, { ...beginOf(flow), principal, params: { by, secondFactor } }, 'done');
        return { sid: session.id };
      },
      async session({ session }) {
        // The cookie outlives a revoked session; what next-auth shows to pages must not.
        const principal = await identity.bySession(client);
        if (!principal) return { expires: session.expires };
        return { expires: session.expires, user: { email: principal.email, name: principal.name } };
      },
    },
    events: {
      async signOut({ token }) {
        const claims = claimsSchema.safeParse(token);
        if (!claims.success) return;
        const principal = await identity.bySession(client);
        await identity.sessions.revoke(claims.data.sid);
        if (principal)
          await noteSignIn(runtime, { ...beginOf(flow), principal, operation: 'session.sign-out' }, 'done');
      },
    },
  };
}

function way(id: string, check: (given: unknown) => Promise<User | undefined>) {
  return {
    ...credentialsProvider({
      credentials: {},
      authorize: async (given) => {
        const user = await check(given);
        return user ? { id: user.id, email: user.email, name: user.name } : null;
      },
    }),
    id,
  };
}

/** What next-auth could not accept of a provider's answer (state, nonce, issuer, signature, code) is a refused sign-in. */
function noteFailure(flow: Flow, asked: ProviderRequest | undefined, code: string, metadata: unknown): void {
  const error = z.object({ error: z.instanceof(Error) }).safeParse(metadata).data?.error ?? metadata;
  log.error('sign-in failed unexpectedly', { code, error });
  if (!asked) return;
  // The first part alone: what follows may quote the value that was expected.
  const reason = error instanceof Error ? (error.message.split(',')[0] ?? '').slice(0, 200) : code;
  void noteSignIn(flow.runtime, beginOf(flow), 'denied', `${asked.provider.id}: ${reason}`);
}
