import { z } from 'zod';
import { getRuntime, type Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ProviderShown } from '#lib/shared/sign-in.ts';
import { providerKinds } from '#lib/shared/sign-in.ts';
import { clientOf } from './client-of.ts';
import { everywhere } from './delegation.ts';
import { placeOf } from './place-of.ts';
import { respond, respondError } from './respond.ts';
import { changeRoute, type NextHandler, readRoute } from './route.ts';

const text = z.string().max(500);
const providerFields = {
  name: text,
  url: text,
  clientId: text,
  clientSecret: text,
  enabled: z.boolean(),
  scopes: z.array(text).max(50),
  groupClaim: text,
  admit: z.enum(['anyone', 'mapped', 'known']),
  emailDomains: z.array(text).max(100),
  trustEmail: z.boolean(),
  linkByEmail: z.boolean(),
  trustSecondFactor: z.boolean(),
  groups: z.array(z.strictObject({ group: text, teamId: text })).max(500),
};
const createBody = z.strictObject({
  ...z.object(providerFields).partial().shape,
  id: text,
  kind: z.enum(providerKinds),
  name: text,
  url: text.default(''),
  clientId: text,
  clientSecret: text,
  enabled: z.boolean().default(true),
});
const updateBody = z.strictObject(z.object(providerFields).partial().shape);
const policyBody = z.strictObject({
  passwords: z.enum(['everyone', 'listed']).optional(),
  breakGlass: z.array(text).max(20).optional(),
});

/**
 * Who decides how people are known decides who everybody is: by a provider of his own, or a group of his own that leads
 * to a stronger team. So it takes an administrator, not the right to change settings alone.
 */
const asAdministrator = () => [{ role: 'administrator', ...everywhere }];

async function mustFind({ identity }: Runtime, id: string): Promise<ProviderShown> {
  const provider = await identity.sso.get(id);
  if (!provider) throw appError('not-found', 'There is no such identity provider.');
  return provider;
}

/** Without the secret. */
function recorded(body: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, key === 'clientSecret' && value ? '(given)' : value]),
  );
}

/** Identity providers and the rules of signing in, for administrators. */
export const signInRoutes = {
  providers: readRoute({
    allow: 'console.settings',
    handle: async ({ runtime }) => ({ rows: await runtime.identity.sso.list() }),
  }),
  createProvider: changeRoute({
    allow: 'console.settings',
    sessionOnly: true,
    body: createBody,
    describe: ({ body }) => ({
      targets: [{ kind: 'provider', id: body.id, name: body.name }],
      params: { action: 'create-provider', ...recorded(body) },
    }),
    holds: asAdministrator,
    handle: ({ runtime, body }) => runtime.identity.sso.create(body),
  }),
  updateProvider: changeRoute({
    allow: 'console.settings',
    sessionOnly: true,
    body: updateBody,
    describe: async ({ runtime, id, body }) => ({
      targets: [{ kind: 'provider', id, name: (await mustFind(runtime, id)).name }],
      params: { action: 'update-provider', ...recorded(body) },
    }),
    holds: asAdministrator,
    handle: ({ runtime, id, body }) => runtime.identity.sso.update(id, body),
  }),
  removeProvider: changeRoute({
    allow: 'console.settings',
    sessionOnly: true,
    describe: async ({ runtime, id }) => ({
      targets: [{ kind: 'provider', id, name: (await mustFind(runtime, id)).name }],
      params: { action: 'remove-provider' },
    }),
    holds: asAdministrator,
    handle: ({ runtime, id }) => runtime.identity.sso.remove(id),
  }),
  policy: readRoute({ allow: 'console.settings', handle: ({ runtime }) => runtime.identity.signInPolicy.get() }),
  updatePolicy: changeRoute({
    allow: 'console.settings',
    sessionOnly: true,
    body: policyBody,
    describe: ({ body }) => ({ targets: [], params: { action: 'sign-in-policy', ...body } }),
    holds: asAdministrator,
    handle: ({ runtime, body }) => runtime.identity.signInPolicy.update(body),
  }),
};

/**
 * What a browser needs to sign in by passkey, for nobody in particular: after the first step of a sign-in for that
 * person's passkeys, else for whichever the browser has, so that it tells nobody who has one.
 */
export const passkeyOptionsRoute: NextHandler = async (request) => {
  try {
    const { identity, config } = getRuntime();
    const second = new URL(request.url).searchParams.get('step') === '2';
    const step = second ? await identity.signInSteps.read(clientOf(request)) : undefined;
    if (second && !step) throw appError('forbidden', 'The sign-in took too long; begin again.');
    return respond(await identity.secondFactors.passkeyOptions(placeOf(request, config), step?.user.id));
  } catch (error) {
    return respondError(error);
  }
};
