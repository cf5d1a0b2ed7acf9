import { settingsChange } from '#lib/shared/settings.ts';
import { changeRoute, readRoute } from './route.ts';

/** The console's settings, for whoever holds `console.settings`; what the environment fixes is told beside them. */
export const settingsRoutes = {
  get: readRoute({
    allow: 'console.settings',
    handle: async ({ runtime: { identity, config } }) => ({
      settings: identity.settings.get(),
      environment: { publicUrl: config.publicUrl, trustedProxies: config.trustedProxies },
    }),
  }),
  update: changeRoute({
    allow: 'console.settings',
    sessionOnly: true,
    body: settingsChange,
    describe: ({ body }) => ({ params: { action: 'update', ...body } }),
    handle: async ({ runtime, body }) => ({ settings: await runtime.identity.settings.update(body) }),
  }),
};
