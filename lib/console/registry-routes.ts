import { z } from 'zod';
import type { Registry } from '#lib/engine/registries-types.ts';
import type { Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import { changeRoute, readRoute } from './route.ts';

const text = z.string().trim().min(1).max(500);
const password = z
  .string()
  .min(1)
  .max(64 * 1024);
const addBody = z.strictObject({ address: text, username: text, password });
const updateBody = z.strictObject({ username: text.optional(), password: password.optional() });

async function target(runtime: Runtime, id: string) {
  const registry = (await runtime.registries.list()).find((each) => each.id === id);
  if (!registry) throw appError('not-found', 'There is no such registry.');
  return [{ kind: 'registry', id, name: registry.address }];
}

function shown({ id, address, username, createdAt }: Registry) {
  return { id, address, username, createdAt };
}

/** Registry credentials, for whoever holds `console.registries`. Passwords go in and never come out. */
export const registryRoutes = {
  list: readRoute({
    allow: 'console.registries',
    handle: async ({ runtime }) => ({ rows: (await runtime.registries.list()).map(shown) }),
  }),
  add: changeRoute({
    allow: 'console.registries',
    body: addBody,
    describe: ({ body }) => ({
      targets: [{ kind: 'registry', id: '', name: body.address }],
      params: { action: 'add', username: body.username },
    }),
    handle: async ({ runtime, body }) => shown(await runtime.registries.add(body)),
  }),
  update: changeRoute({
    allow: 'console.registries',
    body: updateBody,
    describe: async ({ runtime, id, body }) => ({
      targets: await target(runtime, id),
      params: { action: 'update', username: body.username, password: body.password === undefined ? 'kept' : 'changed' },
    }),
    handle: async ({ runtime, id, body }) => shown(await runtime.registries.update(id, body)),
  }),
  remove: changeRoute({
    allow: 'console.registries',
    describe: async ({ runtime, id }) => ({ targets: await target(runtime, id), params: { action: 'remove' } }),
    handle: ({ runtime, id }) => runtime.registries.remove(id),
  }),
};
