import type { AuthOptions } from 'next-auth';
import * as credentialsModule from 'next-auth/providers/credentials';
import { z } from 'zod';
import type { AuditBegin, AuditEnd } from '#lib/audit/types.ts';
import { sessionCookieName } from '#lib/identity/session-cookie.ts';
import type { ClientFacts, User } from '#lib/identity/types.ts';
import { createLog } from '#lib/log.ts';
import type { Runtime } from '#lib/runtime.ts';
import { isAppError } from '#lib/shared/errors.ts';

const log = createLog();

// A CommonJS module: its default is one level deeper in plain ESM than in Next's bundles.
const { default: credentialsDefault } = credentialsModule;
const credentialsProvider = 'default' in credentialsDefault ? unwrap(credentialsDefault) : credentialsDefault;

function unwrap(module: { default: unknown }): typeof credentialsDefault {
  if (typeof module.default !== 'function') throw new Error('next-auth has no credentials provider.');
  return module.default as typeof credentialsDefault;
}

const formSchema = z.object({ email: z.string().max(254), password: z.string().max(4096) });
const claimsSchema = z.object({ sid: z.string() });

/**
 * next-auth's options for one request: e-mail and password, a JWT that carries nothing but our session's id, cookies of
 * fixed names. `secure`: the request came by https, so the cookies must not travel otherwise.
 */
export function authOptions(runtime: Runtime, client: ClientFacts, secure: boolean): AuthOptions {
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
      callbackUrl: { name: 'pilothouse.callback', options: cookie },
    },
    logger: {
      error: (code) => log.error('sign-in failed unexpectedly', { code }),
      warn: () => {},
      debug: () => {},
    },
    providers: [
      credentialsProvider({
        credentials: { email: { type: 'email' }, password: { type: 'password' } },
        authorize: async (given) => {
          const user = await signIn(runtime, client, given);
          return user ? { id: user.id, email: user.email, name: user.name } : null;
        },
      }),
    ],
    callbacks: {
      async jwt({ token, user }) {
        // Only at the sign-in itself is there a user: the one moment at which a session is made.
        if (!user) return { sid: token.sid };
        const session = await identity.sessions.create(user.id, client);
        const via = { kind: 'session', id: session.id } as const;
        const who = { userId: user.id, email: user.email ?? '', name: user.name ?? '' };
        const principal = { kind: 'user', ...who, via, grants: [], address: client.address } as const;
        await note(runtime, { principal, operation: 'session.sign-in', targets: [] }, 'done');
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
        if (principal) await note(runtime, { principal, operation: 'session.sign-out', targets: [] }, 'done');
      },
    },
  };
}

async function signIn(runtime: Runtime, client: ClientFacts, given: unknown): Promise<User | undefined> {
  const form = formSchema.safeParse(given);
  if (!form.success) return undefined;
  const { email, password } = form.data;
  // People type the password into the wrong field: what is no address is not written down.
  const name = z.email().safeParse(email.trim()).success ? email.trim().toLowerCase() : '';
  const begin: AuditBegin = {
    principal: { kind: 'anonymous', address: client.address },
    operation: 'session.sign-in',
    targets: [{ kind: 'user', id: '', name }],
  };
  try {
    const user = await runtime.identity.checkPassword(email, password, client.address);
    if (!user) {
      await note(runtime, begin, 'denied', 'wrong e-mail or password');
      return undefined;
    }
    return user;
  } catch (error) {
    if (!isAppError(error)) {
      log.error('a sign-in could not be checked', { error });
      throw new Error('The sign-in could not be checked; the log of the console says why.');
    }
    await note(runtime, begin, 'denied', error.code);
    // next-auth hands the message on to the sign-in page as `error`.
    throw new Error(error.message);
  }
}

/** Recorded where possible: a full disk must not lock out those who could clear it, and signing in changes nothing. */
async function note(
  { audit }: Runtime,
  begin: AuditBegin,
  outcome: AuditEnd['outcome'],
  reason?: string,
): Promise<void> {
  try {
    await audit.record(begin, { outcome, reason, status: outcome === 'done' ? 200 : 401, durationMs: 0 });
  } catch (error) {
    log.error('a sign-in could not be recorded', { error });
  }
}
