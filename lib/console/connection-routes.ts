import { z } from 'zod';
import { connectCookieName, stepLifeMs } from '#lib/identity/sign-in-step.ts';
import { appError } from '#lib/shared/errors.ts';
import { respond } from './respond.ts';
import { changeRoute, readRoute } from './route.ts';
import { confirmPerson, proofSchema } from './second-factor-routes.ts';
import { stepCookie } from './sign-in-flow.ts';

const beginBody = z.strictObject({ provider: z.string().max(64), proof: proofSchema.optional() });
const endBody = z.strictObject({ proof: proofSchema.optional() });
const own = { allow: 'own', sessionOnly: true } as const;

/** One's accounts at identity providers: which are connected, one more, one less. */
export const connectionRoutes = {
  list: readRoute({
    ...own,
    handle: async ({ runtime: { identity }, principal }) => {
      const connections = await identity.sso.connections(principal.userId);
      const offered = (await identity.sso.list()).filter(({ enabled }) => enabled);
      return {
        rows: connections.map(({ providerId, providerName, email, createdAt, lastUsedAt }) => ({
          providerId,
          providerName,
          email,
          createdAt,
          lastUsedAt,
        })),
        offered: offered
          .filter(({ id }) => !connections.some(({ providerId }) => providerId === id))
          .map(({ id, name }) => ({ id, name })),
      };
    },
  }),
  /** Leaves a mark in the browser; the sign-in at the provider that follows becomes a connection. */
  begin: changeRoute({
    ...own,
    body: beginBody,
    describe: ({ principal, body }) => ({
      operation: 'account.connect',
      targets: [{ kind: 'user', id: principal.userId, name: principal.email }],
      params: { action: 'begin', provider: body.provider },
    }),
    handle: async (context) => {
      const { runtime, principal, body, secure } = context;
      // A provider's account is a way in for good, like a passkey.
      await confirmPerson(context, body.proof, true);
      const provider = await runtime.identity.sso.get(body.provider);
      if (!provider?.enabled) throw appError('not-found', 'There is no such identity provider.');
      const value = runtime.identity.signInSteps.beginConnect(principal.userId, principal.via.id, provider.id);
      const response = respond({ provider: provider.id });
      response.headers.append('Set-Cookie', stepCookie(value, stepLifeMs / 1000, secure, connectCookieName));
      return response;
    },
  }),
  end: changeRoute({
    ...own,
    body: endBody,
    describe: ({ principal, id }) => ({
      operation: 'account.disconnect',
      targets: [{ kind: 'user', id: principal.userId, name: principal.email }],
      params: { provider: id },
    }),
    handle: async (context) => {
      await confirmPerson(context, context.body.proof, false);
      await context.runtime.identity.sso.disconnect(context.principal.userId, context.id);
    },
  }),
};
