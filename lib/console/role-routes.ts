import { z } from 'zod';
import { everywhere } from './delegation.ts';
import { type AnyContext, changeRoute, readRoute } from './route.ts';

const createBody = z.strictObject({
  name: z.string(),
  description: z.string().default(''),
  patterns: z.array(z.string().max(100)).max(500),
  hostAccess: z.boolean().default(false),
  seeSecrets: z.boolean().default(false),
});
const updateBody = z.strictObject({
  name: z.string().optional(),
  description: z.string().optional(),
  patterns: z.array(z.string().max(100)).max(500).optional(),
  hostAccess: z.boolean().optional(),
  seeSecrets: z.boolean().optional(),
});

const target = (name: string) => [{ kind: 'role', id: name.slice(0, 63), name: name.slice(0, 63) }];
/** Anybody may be given it anywhere, so whoever makes or changes it must hold it everywhere. */
const asItIs = ({ id }: AnyContext) => [{ ...everywhere, role: id }];

/** Roles: everybody may read them; `console.grants` makes others than the built-in ones. `[id]` is the name. */
export const roleRoutes = {
  list: readRoute({
    allow: 'own',
    handle: async ({ runtime }) => ({ rows: await runtime.identity.roles.list() }),
  }),
  create: changeRoute({
    allow: 'console.grants',
    body: createBody,
    describe: ({ body: { name, ...rest } }) => ({
      targets: target(name),
      params: { action: 'create', ...rest },
    }),
    holds: ({ runtime, body }) => [{ ...everywhere, role: runtime.identity.roles.preview(body) }],
    handle: ({ runtime, body }) => runtime.identity.roles.create(body),
  }),
  update: changeRoute({
    allow: 'console.grants',
    body: updateBody,
    describe: ({ id, body }) => ({
      targets: target(id),
      params: { action: 'update', ...body },
    }),
    holds: async (context) => {
      const { runtime, id, body } = context;
      const stored = (await runtime.identity.roles.list()).find((role) => role.name === id);
      if (!stored || stored.builtIn) return [];
      const { name, description, patterns, hostAccess, seeSecrets } = { ...stored, ...body };
      const next = runtime.identity.roles.preview({ name, description, patterns, hostAccess, seeSecrets });
      return [...asItIs(context), { ...everywhere, role: next }];
    },
    handle: ({ runtime, id, body }) => runtime.identity.roles.update(id, body),
  }),
  remove: changeRoute({
    allow: 'console.grants',
    describe: ({ id }) => ({ targets: target(id), params: { action: 'remove' } }),
    holds: asItIs,
    handle: ({ runtime, id }) => runtime.identity.roles.remove(id),
  }),
};
