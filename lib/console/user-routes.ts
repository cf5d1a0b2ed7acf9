import { z } from 'zod';
import type { User } from '#lib/identity/types.ts';
import type { Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import { changeRoute, readRoute } from './route.ts';

const createBody = z.strictObject({ email: z.string(), name: z.string(), password: z.string().optional() });
const updateBody = z.strictObject({
  email: z.string().optional(),
  name: z.string().optional(),
  disabled: z.boolean().optional(),
});
const passwordBody = z.strictObject({ password: z.string() });

async function mustFind(runtime: Runtime, id: string): Promise<User> {
  const user = await runtime.identity.users.get(id);
  if (!user) throw appError('not-found', 'There is no such user.');
  return user;
}

async function target(runtime: Runtime, id: string) {
  return [{ kind: 'user', id, name: (await mustFind(runtime, id)).email }];
}

/** Users, for whoever holds `console.users`. Password hashes never leave the identity room. */
export const userRoutes = {
  list: readRoute({
    allow: 'console.users',
    handle: async ({ runtime }) => ({ rows: await runtime.identity.users.list() }),
  }),
  create: changeRoute({
    allow: 'console.users',
    body: createBody,
    describe: ({ body }) => ({
      targets: [{ kind: 'user', id: '', name: body.email.slice(0, 254) }],
      params: { action: 'create', name: body.name.slice(0, 100) },
    }),
    handle: ({ runtime, body }) => runtime.identity.users.create(body),
  }),
  update: changeRoute({
    allow: 'console.users',
    body: updateBody,
    describe: async ({ runtime, id, body }) => ({
      targets: await target(runtime, id),
      params: { action: 'update', ...body },
    }),
    handle: ({ runtime, id, body }) => runtime.identity.users.update(id, body),
  }),
  remove: changeRoute({
    allow: 'console.users',
    describe: async ({ runtime, id }) => ({ targets: await target(runtime, id), params: { action: 'remove' } }),
    handle: ({ runtime, id }) => runtime.identity.users.remove(id),
  }),
  setPassword: changeRoute({
    allow: 'console.users',
    sessionOnly: true,
    body: passwordBody,
    describe: async ({ runtime, id }) => ({ targets: await target(runtime, id), params: { action: 'set-password' } }),
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
    // The administrator who ends his own keeps the one that he asks from.
    handle: ({ runtime, id, principal }) =>
      runtime.identity.sessions.revokeAll(id, principal.via.kind === 'session' ? principal.via.id : undefined),
  }),
  tokens: readRoute({
    allow: 'console.users',
    handle: async ({ runtime, id }) => {
      await mustFind(runtime, id);
      return { rows: await runtime.identity.tokens.list(id) };
    },
  }),
};
