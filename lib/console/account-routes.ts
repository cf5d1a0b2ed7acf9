import { z } from 'zod';
import { authorize } from '#lib/authz/authorize.ts';
import { capabilities } from '#lib/authz/capabilities.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { changeRoute, readRoute } from './route.ts';
import { showGrants } from './show-grants.ts';
import { describeLacks, settleTokenGrants, showTokens, tokenBody } from './token-input.ts';

const nameBody = z.strictObject({ name: z.string() });
const passwordBody = z.strictObject({ current: z.string(), next: z.string() });

const self = (principal: UserPrincipal) => [{ kind: 'user', id: principal.userId, name: principal.email }];
const sessionId = ({ via }: UserPrincipal) => (via.kind === 'session' ? via.id : undefined);

/** A token with limits is for what they say: of its owner's account it sees, and can revoke, itself alone. */
const isWithin = ({ via, limits }: UserPrincipal, tokenId: string) => limits === undefined || via.id === tokenId;

/** What everybody may do with the account that is his own: profile, password, sessions, tokens. */
export const accountRoutes = {
  get: readRoute({
    allow: 'own',
    handle: async ({ runtime, principal }) => ({
      user: await runtime.identity.users.get(principal.userId),
      grants: await showGrants(runtime, principal.grants),
      capabilities: capabilities(principal, runtime.engines.list(), Date.now()),
      csrfToken: runtime.identity.csrfToken(principal),
      version: runtime.config.version,
    }),
  }),
  update: changeRoute({
    allow: 'own',
    sessionOnly: true,
    body: nameBody,
    describe: ({ principal, body }) => ({
      operation: 'account.update',
      targets: self(principal),
      params: { name: body.name.slice(0, 100) },
    }),
    handle: ({ runtime, principal, body }) => runtime.identity.users.update(principal.userId, { name: body.name }),
  }),
  password: changeRoute({
    allow: 'own',
    sessionOnly: true,
    body: passwordBody,
    describe: ({ principal }) => ({ operation: 'account.password', targets: self(principal) }),
    handle: ({ runtime, principal, body }) =>
      runtime.identity.users.changePassword(principal.userId, body.current, body.next, sessionId(principal)),
  }),
  sessions: readRoute({
    allow: 'own',
    handle: async ({ runtime, principal }) => ({
      rows: principal.limits ? [] : await runtime.identity.sessions.list(principal.userId),
      current: sessionId(principal),
    }),
  }),
  endSession: changeRoute({
    allow: 'own',
    sessionOnly: true,
    describe: async ({ runtime, principal, id }) => {
      const own = (await runtime.identity.sessions.list(principal.userId)).find((session) => session.id === id);
      if (!own) throw appError('not-found', 'There is no such session.');
      return { operation: 'session.end', targets: [{ kind: 'session', id, name: own.userAgent }] };
    },
    handle: ({ runtime, id }) => runtime.identity.sessions.revoke(id),
  }),
  tokens: readRoute({
    allow: 'own',
    handle: async ({ runtime, principal }) => ({
      rows: await showTokens(
        runtime,
        (await runtime.identity.tokens.list(principal.userId)).filter(({ id }) => isWithin(principal, id)),
      ),
    }),
  }),
  createToken: changeRoute({
    allow: 'own',
    sessionOnly: true,
    body: tokenBody,
    describe: ({ body }) => ({
      operation: 'token.create',
      targets: [{ kind: 'token', id: '', name: body.name.slice(0, 100) }],
      params: { expiresAt: body.expiresAt, grants: body.grants },
    }),
    handle: async ({ runtime, principal, body }) => {
      const grants = settleTokenGrants(runtime, principal, body.grants);
      const made = await runtime.identity.tokens.create({ ...body, grants, userId: principal.userId });
      return { ...made, lacking: describeLacks(principal, grants) };
    },
  }),
  /** One's own token; with `console.users` anybody's. */
  revokeToken: changeRoute({
    allow: 'own',
    describe: async ({ runtime, principal, id }) => {
      const anybodys = authorize(principal, 'console.users', undefined, Date.now()).allow;
      const tokens = await runtime.identity.tokens.list(anybodys ? undefined : principal.userId);
      const token = tokens.find((each) => each.id === id && (anybodys || isWithin(principal, id)));
      if (!token) throw appError('not-found', 'There is no such token.');
      return {
        operation: 'token.revoke',
        targets: [{ kind: 'token', id, name: token.name }],
        params: { userId: token.userId, hint: token.hint },
      };
    },
    holds: async ({ runtime, principal, id }) => {
      const token = (await runtime.identity.tokens.list()).find((each) => each.id === id);
      return token && token.userId !== principal.userId ? runtime.identity.grants.ofUser(token.userId) : [];
    },
    handle: ({ runtime, id }) => runtime.identity.tokens.revoke(id),
  }),
};
