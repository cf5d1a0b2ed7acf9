import { z } from 'zod';
import type { EngineConfig } from '#lib/engine/types.ts';
import type { Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import { changeRoute, type RouteContext, readRoute } from './route.ts';

// The shape alone: what a name, an address, a tag and a key may be is the engine room's to say, once.
const text = z.string().max(2048);
const pem = z.string().max(64 * 1024);
const change = z.strictObject({
  name: text.optional(),
  url: text.optional(),
  tags: z.array(text).max(100).optional(),
  secrets: z
    .strictObject({ ca: pem.optional(), cert: pem.optional(), key: pem.optional(), identity: pem.optional() })
    .optional(),
  hostKey: text.optional(),
});
const input = change.extend({
  name: text,
  url: text,
  tags: change.shape.tags.unwrap().default([]),
  secrets: change.shape.secrets.unwrap().default({}),
});
const test = change.extend({ id: z.string().optional() });

/** Long enough for an ssh handshake over a slow link, short enough for whoever looks at the button. */
const testTimeoutMs = 15_000;

function mustFind(runtime: Runtime, id: string): EngineConfig {
  const engine = runtime.engines.find(id);
  if (!engine) throw appError('not-found', 'There is no such engine.');
  return engine;
}

/** Which secrets are given, never what they are. */
function describeInput(body: z.infer<typeof test>): Record<string, unknown> {
  const { secrets, ...rest } = body;
  return { ...rest, ...(secrets ? { secrets: Object.keys(secrets) } : {}) };
}

function targetOf({ runtime, id }: RouteContext<unknown, unknown>) {
  const engine = mustFind(runtime, id);
  return {
    targets: [{ kind: 'engine', id: engine.id, name: engine.name }],
    engineId: engine.id,
    engineName: engine.name,
  };
}

/** What goes out: written field by field, so that a secret that is added to the type does not go with it. */
function shown({ id, name, aliases, tags, url, transport, hostKey }: EngineConfig) {
  return { id, name, aliases, tags, url, transport, hostKey };
}

/** Engines, for whoever holds `console.engines`. Their secrets go in and never come out. */
export const engineRoutes = {
  list: readRoute({
    allow: 'console.engines',
    handle: async ({ runtime }) => ({ rows: runtime.engines.list().map(shown) }),
  }),
  add: changeRoute({
    allow: 'console.engines',
    body: input,
    describe: ({ body }) => ({
      targets: [{ kind: 'engine', id: '', name: body.name }],
      params: { action: 'add', ...describeInput(body) },
    }),
    handle: async ({ runtime, body }) => shown(await runtime.engines.add(body)),
  }),
  update: changeRoute({
    allow: 'console.engines',
    body: change,
    describe: (context) => ({
      ...targetOf(context),
      params: { action: 'update', ...describeInput(context.body) },
    }),
    handle: async ({ runtime, id, body }) => shown(await runtime.engines.update(mustFind(runtime, id).id, body)),
  }),
  remove: changeRoute({
    allow: 'console.engines',
    describe: (context) => ({ ...targetOf(context), params: { action: 'remove' } }),
    handle: ({ runtime, id }) => runtime.engines.remove(mustFind(runtime, id).id),
  }),
  /** Makes the console call out, so it is recorded like a change. The engine room refuses link-local and metadata addresses. */
  test: changeRoute({
    allow: 'console.engines',
    body: test,
    describe: ({ body }) => ({
      targets: [{ kind: 'engine', id: body.id ?? '', name: body.name ?? '' }],
      params: { action: 'test', ...describeInput(body) },
    }),
    handle: ({ runtime, body, signal }) =>
      runtime.engines.test(body, AbortSignal.any([signal, AbortSignal.timeout(testTimeoutMs)])),
  }),
};
