import { z } from 'zod';
import type { Runtime } from '#lib/runtime.ts';
import type { Grant } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { grantInput } from '#lib/shared/grant-input.ts';
import { changeRoute, readRoute } from './route.ts';
import { settleScope, showGrants } from './show-grants.ts';

const addBody = grantInput.extend({ subjectKind: z.enum(['user', 'team', 'token']), subjectId: z.string().max(64) });
const updateBody = z.strictObject({
  expiresAt: z.number().int().nullable().optional(),
  reason: z.string().max(500).nullable().optional(),
});

async function mustFind({ identity }: Runtime, id: string): Promise<Grant> {
  const grant = await identity.grants.get(id);
  if (!grant) throw appError('not-found', 'There is no such grant.');
  return grant;
}

async function targets({ identity }: Runtime, subject: Pick<Grant, 'subjectKind' | 'subjectId'>) {
  const name = (await identity.grants.subjectNames())(subject);
  return [{ kind: subject.subjectKind, id: subject.subjectId, name }];
}

async function shown(runtime: Runtime, grant: Grant) {
  return (await showGrants(runtime, [grant]))[0];
}

/** Grants, for whoever holds `console.grants`; nobody gives or takes more than he holds. */
export const grantRoutes = {
  list: readRoute({
    allow: 'console.grants',
    handle: async ({ runtime }) => ({ rows: await showGrants(runtime, await runtime.identity.grants.list()) }),
  }),
  add: changeRoute({
    allow: 'console.grants',
    body: addBody,
    describe: async ({ runtime, body }) => {
      const { role, scope, resource, expiresAt, reason } = body;
      return {
        targets: await targets(runtime, body),
        params: { action: 'add', role, scope, resource, expiresAt, reason },
      };
    },
    holds: ({ runtime, body }) => [settleScope(runtime, body)],
    handle: async ({ runtime, body }) => shown(runtime, await runtime.identity.grants.add(settleScope(runtime, body))),
  }),
  /** How long it lasts, and why; what it gives is another grant. */
  update: changeRoute({
    allow: 'console.grants',
    body: updateBody,
    describe: async ({ runtime, id, body }) => {
      const grant = await mustFind(runtime, id);
      const { role, scope, resource } = grant;
      return { targets: await targets(runtime, grant), params: { action: 'update', role, scope, resource, ...body } };
    },
    holds: async ({ runtime, id, body }) => {
      const grant = await mustFind(runtime, id);
      return body.expiresAt === undefined ? [grant] : [grant, { ...grant, expiresAt: body.expiresAt ?? undefined }];
    },
    handle: async ({ runtime, id, body }) => shown(runtime, await runtime.identity.grants.update(id, body)),
  }),
  remove: changeRoute({
    allow: 'console.grants',
    describe: async ({ runtime, id }) => {
      const grant = await mustFind(runtime, id);
      const { role, scope, resource } = grant;
      return { targets: await targets(runtime, grant), params: { action: 'remove', role, scope, resource } };
    },
    holds: async ({ runtime, id }) => [await mustFind(runtime, id)],
    handle: ({ runtime, id }) => runtime.identity.grants.remove(id),
  }),
};
