import { z } from 'zod';
import { builtInRoles } from '#lib/authz/roles.ts';
import { appError } from '#lib/shared/errors.ts';
import { changeRoute, readRoute } from './route.ts';

const addBody = z.strictObject({
  subjectKind: z.enum(['user', 'team', 'token']),
  subjectId: z.string(),
  role: z.string(),
  scope: z.strictObject({ kind: z.enum(['all', 'tag', 'engine']), value: z.string().max(63) }),
  expiresAt: z.number().int().optional(),
  reason: z.string().max(500).optional(),
});

/** Grants, for whoever holds `console.grants`, and the roles that they can name. */
export const grantRoutes = {
  list: readRoute({
    allow: 'console.grants',
    handle: async ({ runtime }) => ({ rows: await runtime.identity.grants.list() }),
  }),
  add: changeRoute({
    allow: 'console.grants',
    body: addBody,
    describe: async ({ runtime, body }) => {
      const user = await runtime.identity.users.get(body.subjectId);
      const { role, scope, expiresAt, reason } = body;
      return {
        targets: [{ kind: body.subjectKind, id: body.subjectId, name: user?.email ?? '' }],
        params: { action: 'add', role, scope, expiresAt, reason },
      };
    },
    handle: async ({ runtime, body }) => {
      if (body.scope.kind !== 'engine') return runtime.identity.grants.add(body);
      // By id, so that a grant follows its engine through renames and never falls to a later engine of that name.
      const engine = runtime.engines.find(body.scope.value);
      if (!engine) throw appError('bad-request', `There is no engine ${body.scope.value}.`);
      return runtime.identity.grants.add({ ...body, scope: { kind: 'engine', value: engine.id } });
    },
  }),
  remove: changeRoute({
    allow: 'console.grants',
    describe: async ({ runtime, id }) => {
      const grant = (await runtime.identity.grants.list()).find((each) => each.id === id);
      if (!grant) throw appError('not-found', 'There is no such grant.');
      const user = await runtime.identity.users.get(grant.subjectId);
      return {
        targets: [{ kind: grant.subjectKind, id: grant.subjectId, name: user?.email ?? '' }],
        params: { action: 'remove', role: grant.role, scope: grant.scope },
      };
    },
    handle: ({ runtime, id }) => runtime.identity.grants.remove(id),
  }),
  roles: readRoute({
    allow: 'own',
    handle: async () => ({
      rows: builtInRoles.map((role) => ({ ...role, operations: [...role.operations] })),
    }),
  }),
};
