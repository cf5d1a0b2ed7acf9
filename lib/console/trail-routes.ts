import { trailSettingsChange } from '#lib/shared/trail.ts';
import { changeRoute, readRoute } from './route.ts';

/** How the trail is kept and told, for whoever holds `console.settings`. `[id]` is a sink's. */
export const trailRoutes = {
  get: readRoute({
    allow: 'console.settings',
    handle: async ({ runtime: { trail } }) => ({ settings: trail.settings(), sinks: trail.sinkStates() }),
  }),
  update: changeRoute({
    allow: 'console.settings',
    sessionOnly: true,
    body: trailSettingsChange,
    describe: ({ body: { sinks, ...rest } }) => ({
      params: { action: 'update-trail', ...rest, ...(sinks ? { sinks: sinks.map(shownSink) } : {}) },
    }),
    handle: async ({ runtime: { trail }, body }) => {
      const settings = await trail.update(body);
      return { settings, sinks: trail.sinkStates() };
    },
  }),
  testSink: changeRoute({
    allow: 'console.settings',
    describe: ({ id }) => ({ targets: [{ kind: 'sink', id: id.slice(0, 32), name: '' }], params: { action: 'test' } }),
    handle: async ({ runtime: { trail }, id, principal }) => {
      await trail.testSink(id, principal.email);
      return { sinks: trail.sinkStates() };
    },
  }),
};

function shownSink(sink: object): object {
  return 'secret' in sink ? { ...sink, secret: '(changed)' } : sink;
}
