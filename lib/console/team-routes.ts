import { z } from 'zod';
import type { Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import { nothing } from './delegation.ts';
import { type AnyContext, changeRoute, readRoute } from './route.ts';
import { showGrants } from './show-grants.ts';

const text = z.string().max(500);
const createBody = z.strictObject({ name: text, description: text.default('') });
const updateBody = z.strictObject({ name: text.optional(), description: text.optional() });
const memberBody = z.strictObject({ userId: z.string().max(64) });

async function target({ identity }: Runtime, id: string) {
  const team = await identity.teams.get(id);
  if (!team) throw appError('not-found', 'There is no such team.');
  return { kind: 'team', id, name: team.name };
}

async function member({ identity }: Runtime, userId: string) {
  const user = await identity.users.get(userId);
  if (!user) throw appError('not-found', 'There is no such user.');
  return { kind: 'user', id: userId, name: user.email };
}

const grantsOf = ({ identity }: Runtime, id: string) => identity.grants.list({ kind: 'team', id });
/** Who is in a team has its grants: to put somebody in, or out, is to give or take them. */
const teamGrants = ({ runtime, id }: AnyContext) => grantsOf(runtime, id);

/** Teams and who is in them, for whoever holds `console.users`. */
export const teamRoutes = {
  list: readRoute({
    allow: 'console.users',
    handle: async ({ runtime }) => ({ rows: await runtime.identity.teams.list() }),
  }),
  /** The team with its members and grants. */
  get: readRoute({
    allow: 'console.users',
    handle: async ({ runtime, id }) => {
      const team = await runtime.identity.teams.get(id);
      if (!team) throw appError('not-found', 'There is no such team.');
      const members = await runtime.identity.teams.members(id);
      return { team, members, grants: await showGrants(runtime, await grantsOf(runtime, id)) };
    },
  }),
  create: changeRoute({
    allow: 'console.users',
    body: createBody,
    describe: ({ body }) => ({
      targets: [{ kind: 'team', id: '', name: body.name }],
      params: { action: 'create', description: body.description },
    }),
    holds: nothing,
    handle: ({ runtime, body }) => runtime.identity.teams.create(body),
  }),
  update: changeRoute({
    allow: 'console.users',
    body: updateBody,
    describe: async ({ runtime, id, body }) => ({
      targets: [await target(runtime, id)],
      params: { action: 'update', ...body },
    }),
    holds: teamGrants,
    handle: ({ runtime, id, body }) => runtime.identity.teams.update(id, body),
  }),
  remove: changeRoute({
    allow: 'console.users',
    describe: async ({ runtime, id }) => ({
      targets: [await target(runtime, id)],
      params: { action: 'remove' },
    }),
    holds: teamGrants,
    handle: ({ runtime, id }) => runtime.identity.teams.remove(id),
  }),
  addMember: changeRoute({
    allow: 'console.users',
    body: memberBody,
    describe: async ({ runtime, id, body }) => ({
      targets: [await target(runtime, id), await member(runtime, body.userId)],
      params: { action: 'add-member' },
    }),
    holds: teamGrants,
    handle: ({ runtime, id, body }) => runtime.identity.teams.addMember(id, body.userId),
  }),
  /** DELETE /api/teams/[id]/members/[user] */
  removeMember: changeRoute({
    allow: 'console.users',
    describe: async ({ runtime, id, path }) => ({
      targets: [await target(runtime, id), await member(runtime, path.user ?? '')],
      params: { action: 'remove-member' },
    }),
    holds: teamGrants,
    handle: ({ runtime, id, path }) => runtime.identity.teams.removeMember(id, path.user ?? ''),
  }),
};
