import { z } from 'zod';
import type { User } from '#lib/identity/types.ts';
import type { Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import { nothing } from './delegation.ts';
import { type AnyContext, changeRoute, readRoute } from './route.ts';
import { describeLacks, settleTokenGrants, showTokens, tokenBody } from './token-input.ts';

const createBody = z.strictObject({ email: z.string(), name: z.string(), password: z.string().optional() });
const updateBody = z.strictObject({
  email: z.string().optional(),
  name: z.string().optional(),
  disabled: z.boolean().optional(),
});
const passwordBody = z.strictObject({ password: z.string() });
const serviceBody = z.strictObject({ name: z.string().max(100), description: z.string().max(500).optional() });

async function mustFind(runtime: Runtime, id: string): Promise<User> {
  const user = await runtime.identity.users.get(id);
  if (!user) throw appError('not-found', 'There is no such user.');
  return user;
}

async function target(runtime: Runtime, id: string) {
  return [{ kind: 'user', id, name: (await mustFind(runtime, id)).email }];
}

/** Whoever acts on an account could act as it (a new password, a token) or keep it from acting. */
const itsGrants = ({ runtime, id }: AnyContext) => runtime.identity.grants.ofUser(id);

async function withTeams({ identity }: Runtime, users: readonly User[]) {
  const [memberships, holders] = await Promise.all([identity.teams.memberships(), identity.secondFactors.holders()]);
  return users.map((user) => ({
    ...user,
    secondFactor: user.kind === 'person' ? holders.has(user.id) : undefined,
    teams: memberships.get(user.id) ?? [],
  }));
}

/** Users, for whoever holds `console.users`. Password hashes never leave the identity room. */
export const userRoutes = {
  list: readRoute({
    allow: 'console.users',
    handle: async ({ runtime }) => {
      const users = await runtime.identity.users.list();
      return {
        rows: await withTeams(
          runtime,
          users.filter(({ kind }) => kind === 'person'),
        ),
      };
    },
  }),
  serviceAccounts: readRoute({
    allow: 'console.users',
    handle: async ({ runtime }) => ({ rows: await withTeams(runtime, await runtime.identity.serviceAccounts.list()) }),
  }),
  createServiceAccount: changeRoute({
    allow: 'console.users',
    body: serviceBody,
    describe: ({ body }) => ({
      targets: [{ kind: 'user', id: '', name: body.name }],
      params: { action: 'create-service-account', description: body.description },
    }),
    holds: nothing,
    handle: ({ runtime, body }) => runtime.identity.serviceAccounts.create(body),
  }),
  create: changeRoute({
    allow: 'console.users',
    body: createBody,
    describe: ({ body }) => ({
      targets: [{ kind: 'user', id: '', name: body.email.slice(0, 254) }],
      params: { action: 'create', name: body.name.slice(0, 100) },
    }),
    holds: nothing,
    handle: ({ runtime, body }) => runtime.identity.users.create(body),
  }),
  update: changeRoute({
    allow: 'console.users',
    body: updateBody,
    describe: async ({ runtime, id, body }) => ({
      targets: await target(runtime, id),
      params: { action: 'update', ...body },
    }),
    holds: itsGrants,
    handle: ({ runtime, id, body }) => runtime.identity.users.update(id, body),
  }),
  remove: changeRoute({
    allow: 'console.users',
    describe: async ({ runtime, id }) => ({ targets: await target(runtime, id), params: { action: 'remove' } }),
    holds: itsGrants,
    handle: ({ runtime, id }) => runtime.identity.users.remove(id),
  }),
  setPassword: changeRoute({
    allow: 'console.users',
    sessionOnly: true,
    body: passwordBody,
    describe: async ({ runtime, id }) => ({ targets: await target(runtime, id), params: { action: 'set-password' } }),
    holds: itsGrants,
    handle: ({ runtime, id, body }) => runtime.identity.users.setPassword(id, body.password),
  }),
  sessions: readRoute({
    allow: 'console.users',
    handle: async ({ runtime, id }) => {
      await mustFind(runtime, id);
      return { rows: await runtime.identity.sessions.list(id) };
    },
  }),
  endSessions: changeRoute({
    allow: 'console.users',
    describe: async ({ runtime, id }) => ({ targets: await target(runtime, id), params: { action: 'end-sessions' } }),
    holds: itsGrants,
    // The administrator who ends his own keeps the one that he asks from.
    handle: ({ runtime, id, principal }) =>
      runtime.identity.sessions.revokeAll(id, principal.via.kind === 'session' ? principal.via.id : undefined),
  }),
  /** For who has lost the phone, or left the company with it. */
  resetSecondFactor: changeRoute({
    allow: 'console.users',
    sessionOnly: true,
    describe: async ({ runtime, id }) => ({
      targets: await target(runtime, id),
      params: { action: 'reset-second-factor' },
    }),
    holds: itsGrants,
    handle: ({ runtime, id }) => runtime.identity.secondFactors.reset(id),
  }),
  tokens: readRoute({
    allow: 'console.users',
    handle: async ({ runtime, id }) => {
      await mustFind(runtime, id);
      return { rows: await showTokens(runtime, await runtime.identity.tokens.list(id)) };
    },
  }),
  /** For service accounts alone: a person's tokens are his own to make, or the trail would name the wrong one. */
  createToken: changeRoute({
    allow: 'console.users',
    sessionOnly: true,
    body: tokenBody,
    describe: async ({ runtime, id, body: { name, expiresAt, grants } }) => ({
      targets: await target(runtime, id),
      params: { action: 'create-token', name: name.slice(0, 100), expiresAt, grants },
    }),
    holds: itsGrants,
    handle: async ({ runtime, id, principal, body }) => {
      const { identity } = runtime;
      if ((await mustFind(runtime, id)).kind !== 'service') {
        throw appError('bad-request', 'People make their tokens themselves; others are made for service accounts.');
      }
      const grants = settleTokenGrants(runtime, principal, body.grants);
      const made = await identity.tokens.create({ ...body, grants, userId: id });
      const owner = { grants: await identity.grants.ofUser(id), roles: identity.roleBook() };
      return { ...made, lacking: describeLacks(owner, grants) };
    },
  }),
};
