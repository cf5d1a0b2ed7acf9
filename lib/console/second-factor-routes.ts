import { renderSVG } from 'uqr';
import { z } from 'zod';
import type { Proof } from '#lib/identity/confirm.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { type AnyContext, changeRoute, readRoute } from './route.ts';

/** What shows again that it is really this person; absent: having signed in a moment ago, where that is enough. */
export const proofSchema = z.union([
  z.strictObject({ password: z.string().max(4096) }),
  z.strictObject({ code: z.string().max(100) }),
  z.strictObject({ passkey: z.unknown() }),
]);
const proofBody = z.strictObject({ proof: proofSchema.optional() });
const name = z.string().max(200);
const addBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('totp'), name, ticket: z.string().max(4096), code: z.string().max(20) }),
  z.strictObject({ kind: z.literal('passkey'), name, response: z.unknown() }),
]);
const renameBody = z.strictObject({ name });

const own = { allow: 'own', sessionOnly: true, unfinished: true } as const;
const self = (principal: UserPrincipal) => ({ kind: 'user', id: principal.userId, name: principal.email });
const personOf = ({ userId, email, name: called }: UserPrincipal) => ({ id: userId, email, name: called });

function sessionOf({ via }: UserPrincipal): string {
  if (via.kind !== 'session') throw appError('forbidden', 'This needs a person who is signed in.');
  return via.id;
}

/** Throws forbidden unless it is really this person. */
export function confirmPerson(
  { runtime, principal, client, place }: AnyContext,
  proof: Proof | undefined,
  freshSuffices: boolean,
): Promise<void> {
  return runtime.identity.confirm(principal, proof, { address: client.address, place }, freshSuffices);
}

/** A person's own second factors. Secrets and recovery codes are in one answer each, and never in the trail. */
export const secondFactorRoutes = {
  list: readRoute({
    ...own,
    handle: async ({ runtime: { identity }, principal }) => {
      const [own_, required, hasPassword] = await Promise.all([
        identity.secondFactors.list(principal.userId),
        identity.signInPolicy.needsSecondFactor(principal.userId),
        identity.users.hasPassword(principal.userId),
      ]);
      return { ...own_, required, hasPassword };
    },
  }),
  beginTotp: changeRoute({
    ...own,
    body: proofBody,
    describe: ({ principal }) => ({
      operation: 'account.second-factor',
      targets: [self(principal)],
      params: { action: 'begin', kind: 'totp' },
    }),
    handle: async (context) => {
      await confirmPerson(context, context.body.proof, true);
      const { secret, uri, ticket } = context.runtime.identity.secondFactors.beginTotp(personOf(context.principal));
      const svg = renderSVG(uri, { ecc: 'M', border: 2 });
      return { secret, ticket, qr: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}` };
    },
  }),
  beginPasskey: changeRoute({
    ...own,
    body: proofBody,
    describe: ({ principal }) => ({
      operation: 'account.second-factor',
      targets: [self(principal)],
      params: { action: 'begin', kind: 'passkey' },
    }),
    handle: async (context) => {
      await confirmPerson(context, context.body.proof, true);
      const { runtime, principal, place } = context;
      return runtime.identity.secondFactors.beginPasskey(personOf(principal), sessionOf(principal), place);
    },
  }),
  add: changeRoute({
    ...own,
    body: addBody,
    describe: ({ principal, body }) => ({
      operation: 'account.second-factor',
      targets: [self(principal)],
      params: { action: 'add', kind: body.kind, name: body.name },
    }),
    handle: ({ runtime, principal, body, place }) => {
      const { secondFactors } = runtime.identity;
      const session = sessionOf(principal);
      return body.kind === 'totp'
        ? secondFactors.finishTotp(principal.userId, session, body)
        : secondFactors.finishPasskey(principal.userId, session, body, place);
    },
  }),
  /** What the browser needs to show that it is this person, by a passkey. */
  assertion: readRoute({
    ...own,
    handle: ({ runtime, principal, place }) => runtime.identity.secondFactors.passkeyOptions(place, principal.userId),
  }),
  rename: changeRoute({
    ...own,
    unfinished: false,
    body: renameBody,
    describe: ({ principal, id, body }) => ({
      operation: 'account.second-factor',
      targets: [self(principal)],
      params: { action: 'rename', id, name: body.name },
    }),
    handle: ({ runtime, principal, id, body }) =>
      runtime.identity.secondFactors.rename(principal.userId, id, body.name),
  }),
  remove: changeRoute({
    ...own,
    unfinished: false,
    body: proofBody,
    describe: async ({ runtime, principal, id }) => {
      const { factors } = await runtime.identity.secondFactors.list(principal.userId);
      const factor = factors.find((each) => each.id === id);
      if (!factor) throw appError('not-found', 'There is no such second factor.');
      return {
        operation: 'account.second-factor',
        targets: [self(principal)],
        params: { action: 'remove', kind: factor.kind, name: factor.name },
      };
    },
    handle: async (context) => {
      const { runtime, principal, id, body } = context;
      await confirmPerson(context, body.proof, false);
      const { secondFactors, signInPolicy } = runtime.identity;
      await secondFactors.remove(principal.userId, id, await signInPolicy.needsSecondFactor(principal.userId));
    },
  }),
  recoveryCodes: changeRoute({
    ...own,
    unfinished: false,
    body: proofBody,
    describe: ({ principal }) => ({ operation: 'account.recovery-codes', targets: [self(principal)] }),
    handle: async (context) => {
      await confirmPerson(context, context.body.proof, false);
      return { codes: await context.runtime.identity.secondFactors.makeRecoveryCodes(context.principal.userId) };
    },
  }),
};
