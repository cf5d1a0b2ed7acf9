import { z } from 'zod';
import type { ClientFacts, GrantInput } from '#lib/identity/types.ts';
import { getRuntime, type Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import { grantInput } from '#lib/shared/grant-input.ts';
import { clientOf } from './client-of.ts';
import type { Held } from './delegation.ts';
import { parseBody } from './parse.ts';
import { respond, respondError } from './respond.ts';
import { changeRoute, type NextHandler, readRoute } from './route.ts';
import { settleScope } from './show-grants.ts';

const inviteBody = z.strictObject({
  email: z.string(),
  name: z.string().max(100).optional(),
  teams: z.array(z.string().max(64)).max(100).optional(),
  grants: z.array(grantInput).max(50).optional(),
  lastsMs: z.number().int().positive().optional(),
});
const secretBody = z.strictObject({ secret: z.string().max(100) });
const acceptBody = secretBody.extend({ name: z.string().optional(), password: z.string().max(4096) });

/** After the #, which no browser sends: a secret in a path or a query ends in logs, histories and Referer headers. */
function addressOf({ config }: Runtime, { headers }: ClientFacts, kind: 'invite' | 'reset', secret: string): string {
  const origin =
    config.publicUrl ?? `${String(headers['x-forwarded-proto'] ?? 'http')}://${String(headers['x-forwarded-host'])}`;
  return `${origin}/${kind}#${secret}`;
}

/** The grants that an invitation promises, and those of its teams. */
async function promised(
  { identity }: Runtime,
  { teams = [], grants = [] }: { teams?: string[]; grants?: GrantInput[] },
): Promise<Held[]> {
  const ofTeams = await Promise.all(teams.map((id) => identity.grants.list({ kind: 'team', id })));
  return [...grants, ...ofTeams.flat()];
}

/** Invitations and password resets, for whoever holds `console.users`. `url` is shown once and written down nowhere. */
export const linkRoutes = {
  list: readRoute({
    allow: 'console.users',
    handle: async ({ runtime }) => ({ rows: await runtime.identity.links.list() }),
  }),
  invite: changeRoute({
    allow: 'console.users',
    sessionOnly: true,
    body: inviteBody,
    describe: ({ body: { email, ...params } }) => ({
      targets: [{ kind: 'user', id: '', name: email.slice(0, 254) }],
      params: { action: 'invite', ...params },
    }),
    holds: ({ runtime, body: { teams, grants } }) =>
      promised(runtime, { teams, grants: grants?.map((grant) => settleScope(runtime, grant)) }),
    handle: async ({ runtime, client, principal, body }) => {
      const grants = body.grants?.map((grant) => settleScope(runtime, grant));
      const made = await runtime.identity.links.invite({ ...body, grants, createdBy: principal.email });
      return { link: made.link, url: addressOf(runtime, client, 'invite', made.secret) };
    },
  }),
  revoke: changeRoute({
    allow: 'console.users',
    describe: async ({ runtime, id }) => {
      const link = (await runtime.identity.links.list()).find((each) => each.id === id);
      if (!link) throw appError('not-found', 'There is no such link.');
      return { targets: [{ kind: 'user', id: '', name: link.email }], params: { action: `revoke-${link.kind}` } };
    },
    holds: async ({ runtime, id }) => {
      const { links, users, grants } = runtime.identity;
      const link = (await links.list()).find((each) => each.id === id);
      const user = link && (await users.byEmail(link.email));
      return user ? grants.ofUser(user.id) : promised(runtime, link ?? {});
    },
    handle: ({ runtime, id }) => runtime.identity.links.revoke(id),
  }),
  /** POST /api/users/[id]/reset */
  reset: changeRoute({
    allow: 'console.users',
    sessionOnly: true,
    describe: async ({ runtime, id }) => {
      const user = await runtime.identity.users.get(id);
      if (!user) throw appError('not-found', 'There is no such user.');
      return { targets: [{ kind: 'user', id, name: user.email }], params: { action: 'reset-password' } };
    },
    holds: ({ runtime, id }) => runtime.identity.grants.ofUser(id),
    handle: async ({ runtime, client, principal, id }) => {
      const made = await runtime.identity.links.resetPassword(id, principal.email);
      return { link: made.link, url: addressOf(runtime, client, 'reset', made.secret) };
    },
  }),
  /** POST /api/links: what a link is for. Like `accept` for nobody in particular: its secret is who may. */
  peek: openRoute(async (request) => {
    const { secret } = await parseBody(secretBody, request);
    const { links, settings } = getRuntime().identity;
    const link = await links.peek(secret);
    if (!link) throw appError('forbidden', 'This link is not valid any more. Ask for a new one.');
    return { kind: link.kind, email: link.email, name: link.name, minLength: settings.get().passwords.minLength };
  }),
  /** POST /api/links/accept */
  accept: openRoute(async (request) => {
    const { identity, audit } = getRuntime();
    const { secret, ...input } = await parseBody(acceptBody, request);
    const startedAt = performance.now();
    const { kind, user } = await identity.links.accept(secret, input);
    await audit.record(
      {
        principal: { kind: 'anonymous', address: clientOf(request).address },
        operation: kind === 'invite' ? 'invitation.accept' : 'password.reset',
        targets: [{ kind: 'user', id: user.id, name: user.email }],
      },
      { outcome: 'done', status: 200, durationMs: performance.now() - startedAt },
    );
    return { kind, email: user.email };
  }),
};

/** A route for whoever has a link; other sites' pages can't send our header. */
function openRoute(handle: (request: Request) => Promise<unknown>): NextHandler {
  return async (request) => {
    try {
      if (request.headers.get('x-pilothouse') !== '1') {
        throw appError('forbidden', 'The header X-Pilothouse: 1 is missing.');
      }
      return respond(await handle(request));
    } catch (error) {
      return respondError(error);
    }
  };
}
