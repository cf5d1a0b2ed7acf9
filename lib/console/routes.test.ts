import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Audit } from '#lib/audit/types.ts';
import type { Identity } from '#lib/identity/types.ts';
import { setRuntime } from '#lib/runtime.ts';
import { call, openRoutesLab, type RoutesLab, type Someone } from '#tests/console/routes-lab.ts';
import { accountRoutes } from './account-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { engineRoutes } from './engine-routes.ts';
import { grantRoutes } from './grant-routes.ts';
import { linkRoutes } from './link-routes.ts';
import { registryRoutes } from './registry-routes.ts';
import { roleRoutes } from './role-routes.ts';
import type { NextHandler } from './route.ts';
import { settingsRoutes } from './settings-routes.ts';
import { setupRoute } from './setup-route.ts';
import { teamRoutes } from './team-routes.ts';
import { userRoutes } from './user-routes.ts';

let lab: RoutesLab;
let identity: Identity;
let audit: Audit;
let admin: Someone;
let viewer: Someone;
let auditor: Someone;

beforeAll(async () => {
  lab = await openRoutesLab();
  ({ identity, audit } = lab);
  admin = await lab.someone('admin@example.org');
  viewer = await lab.someone('viewer@example.org', 'viewer');
  auditor = await lab.someone('auditor@example.org', 'auditor');
});
afterAll(() => lab.stop());

const someone = (email: string, role?: string) => lab.someone(email, role);
const newest = () => lab.newest();

describe('every route', () => {
  const administrators: [string, NextHandler, string][] = [
    ['GET /api/users', userRoutes.list, 'GET'],
    ['POST /api/users', userRoutes.create, 'POST'],
    ['PATCH /api/users/[id]', userRoutes.update, 'PATCH'],
    ['DELETE /api/users/[id]', userRoutes.remove, 'DELETE'],
    ['POST /api/users/[id]/password', userRoutes.setPassword, 'POST'],
    ['GET /api/users/[id]/sessions', userRoutes.sessions, 'GET'],
    ['DELETE /api/users/[id]/sessions', userRoutes.endSessions, 'DELETE'],
    ['GET /api/users/[id]/tokens', userRoutes.tokens, 'GET'],
    ['POST /api/users/[id]/tokens', userRoutes.createToken, 'POST'],
    ['GET /api/service-accounts', userRoutes.serviceAccounts, 'GET'],
    ['POST /api/service-accounts', userRoutes.createServiceAccount, 'POST'],
    ['GET /api/teams', teamRoutes.list, 'GET'],
    ['POST /api/teams', teamRoutes.create, 'POST'],
    ['GET /api/invitations', linkRoutes.list, 'GET'],
    ['POST /api/invitations', linkRoutes.invite, 'POST'],
    ['DELETE /api/invitations/[id]', linkRoutes.revoke, 'DELETE'],
    ['POST /api/users/[id]/reset', linkRoutes.reset, 'POST'],
    ['GET /api/settings', settingsRoutes.get, 'GET'],
    ['PATCH /api/settings', settingsRoutes.update, 'PATCH'],
    ['GET /api/teams/[id]', teamRoutes.get, 'GET'],
    ['PATCH /api/teams/[id]', teamRoutes.update, 'PATCH'],
    ['DELETE /api/teams/[id]', teamRoutes.remove, 'DELETE'],
    ['POST /api/teams/[id]/members', teamRoutes.addMember, 'POST'],
    ['DELETE /api/teams/[id]/members/[user]', teamRoutes.removeMember, 'DELETE'],
    ['POST /api/roles', roleRoutes.create, 'POST'],
    ['PATCH /api/roles/[id]', roleRoutes.update, 'PATCH'],
    ['DELETE /api/roles/[id]', roleRoutes.remove, 'DELETE'],
    ['PATCH /api/grants/[id]', grantRoutes.update, 'PATCH'],
    ['GET /api/grants', grantRoutes.list, 'GET'],
    ['POST /api/grants', grantRoutes.add, 'POST'],
    ['DELETE /api/grants/[id]', grantRoutes.remove, 'DELETE'],
    ['GET /api/engines', engineRoutes.list, 'GET'],
    ['POST /api/engines', engineRoutes.add, 'POST'],
    ['PATCH /api/engines/[id]', engineRoutes.update, 'PATCH'],
    ['DELETE /api/engines/[id]', engineRoutes.remove, 'DELETE'],
    ['POST /api/engines/test', engineRoutes.test, 'POST'],
    ['GET /api/registries', registryRoutes.list, 'GET'],
    ['POST /api/registries', registryRoutes.add, 'POST'],
    ['PATCH /api/registries/[id]', registryRoutes.update, 'PATCH'],
    ['DELETE /api/registries/[id]', registryRoutes.remove, 'DELETE'],
    ['GET /api/audit', auditRoutes.list, 'GET'],
    ['GET /api/audit/export', auditRoutes.export, 'GET'],
    ['GET /api/audit/counts', auditRoutes.counts, 'GET'],
  ];
  const own: [string, NextHandler, string][] = [
    ['GET /api/account', accountRoutes.get, 'GET'],
    ['PATCH /api/account', accountRoutes.update, 'PATCH'],
    ['POST /api/account/password', accountRoutes.password, 'POST'],
    ['GET /api/sessions', accountRoutes.sessions, 'GET'],
    ['DELETE /api/sessions/[id]', accountRoutes.endSession, 'DELETE'],
    ['GET /api/tokens', accountRoutes.tokens, 'GET'],
    ['POST /api/tokens', accountRoutes.createToken, 'POST'],
    ['DELETE /api/tokens/[id]', accountRoutes.revokeToken, 'DELETE'],
    ['GET /api/roles', roleRoutes.list, 'GET'],
  ];

  for (const [name, handler, method] of [...administrators, ...own]) {
    it(`${name} knows nobody without a session or a token`, async () => {
      const answer = await call(handler, undefined, { method, id: 'x', headers: { 'x-pilothouse': '1' } });
      expect([answer.status, answer.at('code')]).toEqual([401, 'not-signed-in']);
      const token = { authorization: `Bearer phk_${'A'.repeat(43)}` };
      // A wrong token beside a good cookie is a wrong token.
      expect((await call(handler, admin, { method, id: 'x', headers: token })).status).toBe(401);
    });
    if (method !== 'GET') {
      it(`${name} refuses the cookie without our header`, async () => {
        const answer = await call(handler, admin, { method, id: 'x', headers: { 'x-pilothouse': '' } });
        expect([answer.status, answer.text.includes('X-Pilothouse')]).toEqual([403, true]);
      });
    }
  }
  for (const [name, handler, method] of administrators) {
    it(`${name} is denied to a viewer, with the reason and the record`, async () => {
      const answer = await call(handler, viewer, { method, id: admin.id, raw: method === 'GET' ? undefined : '{' });
      expect([answer.status, answer.at('code')]).toEqual([403, 'forbidden']);
      expect(answer.at('message')).toContain('viewer');
      expect(await audit.get(String(answer.at('auditId')))).toMatchObject({
        email: 'viewer@example.org',
        outcome: 'denied',
        address: '10.0.0.7',
      });
    });
  }
  // A reset takes no body.
  const withBody = [...administrators, ...own].filter(([, route, how]) => how === 'POST' && route !== linkRoutes.reset);
  for (const [name, handler, method] of withBody) {
    it(`${name} says what is wrong with a malformed body`, async () => {
      for (const raw of ['', '{', '[]', '"x"', 'null', '{"nobody-knows-this":1}']) {
        const answer = await call(handler, admin, { method, id: viewer.id, raw });
        expect([raw, answer.status]).toEqual([raw, 400]);
      }
      const huge = await call(handler, admin, { method, id: viewer.id, raw: `{"name":"${'x'.repeat(300_000)}"}` });
      expect(huge.status).toBe(413);
    });
  }
});

describe('users', () => {
  it('are made, changed, listed without any secret, and removed, each with its record', async () => {
    const made = await call(userRoutes.create, admin, {
      method: 'POST',
      body: { email: 'Carl@example.org', name: 'Carl', password: 'a good password' },
    });
    expect([made.status, made.at('email')]).toEqual([200, 'carl@example.org']);
    expect(await newest()).toMatchObject({ operation: 'console.users', outcome: 'done', email: 'admin@example.org' });
    expect(JSON.stringify(await newest())).not.toContain('a good password');
    const id = String(made.at('id'));
    const changed = await call(userRoutes.update, admin, { method: 'PATCH', id, body: { name: 'Charles' } });
    expect(changed.at('name')).toBe('Charles');
    const list = await call(userRoutes.list, admin, {});
    expect(list.text).toContain('Charles');
    expect(list.text).not.toMatch(/argon2|hash/);
    expect((await call(userRoutes.remove, admin, { method: 'DELETE', id })).status).toBe(204);
    expect(await newest()).toMatchObject({ targets: [{ kind: 'user', id, name: 'carl@example.org' }] });
    expect((await call(userRoutes.remove, admin, { method: 'DELETE', id })).status).toBe(404);
  });

  it('answer a taken e-mail with 409 and record the failure', async () => {
    const body = { email: viewer.email, name: 'Again' };
    const answer = await call(userRoutes.create, admin, { method: 'POST', body });
    expect(answer.status).toBe(409);
    expect(await audit.get(String(answer.at('auditId')))).toMatchObject({ outcome: 'failed', status: 409 });
  });

  it('keep the last administrator', async () => {
    const disable = await call(userRoutes.update, admin, { method: 'PATCH', id: admin.id, body: { disabled: true } });
    expect([disable.status, disable.at('code')]).toEqual([409, 'conflict']);
    expect((await call(userRoutes.remove, admin, { method: 'DELETE', id: admin.id })).status).toBe(409);
    const [grant] = await identity.grants.list({ kind: 'user', id: admin.id });
    expect((await call(grantRoutes.remove, admin, { method: 'DELETE', id: grant?.id ?? '' })).status).toBe(409);
  });

  it('get a new password from an administrator, which ends their sessions; its text is nowhere', async () => {
    const dora = await someone('dora@example.org', 'viewer');
    const body = { password: 'an even better one' };
    expect((await call(userRoutes.setPassword, admin, { method: 'POST', id: dora.id, body })).status).toBe(204);
    expect((await call(accountRoutes.get, dora, {})).status).toBe(401);
    expect(await identity.checkPassword(dora.email, body.password, '10.0.0.7')).toBeDefined();
    expect(JSON.stringify(await audit.query({ limit: 1000 }))).not.toContain(body.password);
  });
});

describe('grants', () => {
  it('are given on an engine by any of its names, stored by its id, and taken away', async () => {
    const erin = await someone('erin@example.org');
    const body = { subjectKind: 'user', subjectId: erin.id, role: 'operator', scope: { kind: 'engine', value: 'old' } };
    const made = await call(grantRoutes.add, admin, { method: 'POST', body });
    expect([made.status, made.at('scope.value')]).toEqual([200, 'engine-id']);
    const account = await call(accountRoutes.get, erin, {});
    expect(account.at('capabilities.engines.one.operations')).toContain('container.stop');
    const id = String(made.at('id'));
    expect((await call(grantRoutes.remove, admin, { method: 'DELETE', id })).status).toBe(204);
    expect((await call(accountRoutes.get, erin, {})).at('capabilities.engines')).toEqual({});
    const unknown = { ...body, scope: { kind: 'engine', value: 'nowhere' } };
    expect((await call(grantRoutes.add, admin, { method: 'POST', body: unknown })).status).toBe(400);
    expect((await call(grantRoutes.remove, admin, { method: 'DELETE', id: 'x' })).status).toBe(404);
  });

  it('tell everybody the roles with what they may do', async () => {
    const answer = await call(roleRoutes.list, viewer, {});
    expect(
      z
        .array(z.object({ name: z.string() }))
        .parse(answer.at('rows'))
        .map(({ name }) => name),
    ).toContain('maintainer');
    expect(answer.text).toContain('"hostAccess":false');
  });
});

describe('the own account', () => {
  it('shows who one is and what one may do', async () => {
    const answer = await call(accountRoutes.get, viewer, {});
    expect(answer.at('user.email')).toBe('viewer@example.org');
    expect(answer.at('version')).toBe('0.1.0');
    expect(answer.at('capabilities.console')).toEqual([]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.at('csrfToken')).not.toBe((await call(accountRoutes.get, admin, {})).at('csrfToken'));
  });

  it('takes a new password with the old one, and ends the other sessions', async () => {
    const [here, there] = [await someone('fred@example.org', 'viewer'), await someone('fred@example.org')];
    const change = (current: string) =>
      call(accountRoutes.password, here, { method: 'POST', body: { current, next: 'another good password' } });
    expect((await change('a bad password')).status).toBe(403);
    expect((await change('a good password')).status).toBe(204);
    expect((await call(accountRoutes.get, here, {})).status).toBe(200);
    expect((await call(accountRoutes.get, there, {})).status).toBe(401);
  });

  it('ends one of its own sessions, and not one of another', async () => {
    const [here, there] = [await someone('gina@example.org'), await someone('gina@example.org')];
    const list = await call(accountRoutes.sessions, here, {});
    expect([list.at('current'), list.text.includes(there.sessionId)]).toEqual([here.sessionId, true]);
    const end = (id: string) => call(accountRoutes.endSession, here, { method: 'DELETE', id });
    expect((await end(viewer.sessionId)).status).toBe(404);
    expect((await end(there.sessionId)).status).toBe(204);
    expect((await call(accountRoutes.get, there, {})).status).toBe(401);
    expect((await call(accountRoutes.get, viewer, {})).status).toBe(200);
  });

  it('makes tokens, shows the secret once, and a token can make no other token', async () => {
    const made = await call(accountRoutes.createToken, viewer, { method: 'POST', body: { name: 'ci' } });
    const bearer = { ...viewer, headers: { authorization: `Bearer ${String(made.at('secret'))}` } };
    expect((await call(accountRoutes.get, bearer, {})).at('user.email')).toBe('viewer@example.org');
    const list = await call(accountRoutes.tokens, bearer, {});
    expect(list.text).not.toContain(String(made.at('secret')));
    const again = await call(accountRoutes.createToken, bearer, { method: 'POST', body: { name: 'more' } });
    expect(again.status).toBe(403);
    const id = String(made.at('token.id'));
    expect((await call(accountRoutes.revokeToken, auditor, { method: 'DELETE', id })).status).toBe(404);
    expect((await call(accountRoutes.revokeToken, admin, { method: 'DELETE', id })).status).toBe(204);
    expect((await call(accountRoutes.get, bearer, {})).status).toBe(401);
    expect(JSON.stringify(await audit.query({ limit: 1000 }))).not.toContain(String(made.at('secret')));
  });
});

describe('engines and registries', () => {
  it('never send a secret, and record which ones were given, not what they are', async () => {
    const body = { name: 'two', url: 'tcp://10.0.0.2:2376', tags: ['prod'], secrets: { key: 'TOP SECRET KEY' } };
    const answers = [
      await call(engineRoutes.list, admin, {}),
      await call(engineRoutes.add, admin, { method: 'POST', body }),
      await call(engineRoutes.update, admin, { method: 'PATCH', id: 'one', body: { secrets: { key: 'NEW KEY' } } }),
      await call(engineRoutes.test, admin, { method: 'POST', body }),
      await call(engineRoutes.remove, admin, { method: 'DELETE', id: 'one' }),
      await call(registryRoutes.list, admin, {}),
      await call(registryRoutes.add, admin, {
        method: 'POST',
        body: { address: 'registry.test', username: 'ann', password: 'hunter2' },
      }),
      await call(registryRoutes.update, admin, { method: 'PATCH', id: 'registry-id', body: { password: 'hunter2' } }),
      await call(registryRoutes.remove, admin, { method: 'DELETE', id: 'registry-id' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 204, 200, 200, 200, 204]);
    const trail = JSON.stringify(await audit.query({ limit: 1000 }));
    for (const text of [...answers.map((answer) => answer.text), trail]) {
      expect(text).not.toMatch(/PRIVATE KEY|TOP SECRET|NEW KEY|hunter2/);
    }
    expect(lab.added.at(-1)?.secrets.key).toBe('TOP SECRET KEY');
    expect(trail).toContain('"secrets":["key"]');
  });

  it('say what is wrong with the shape of an engine; the engine room says the rest', async () => {
    const good = { name: 'two', url: 'tcp://10.0.0.2:2376' };
    for (const wrong of [{ name: 7 }, { url: null }, { tags: 'prod' }, { secrets: { other: 'x' } }]) {
      const answer = await call(engineRoutes.add, admin, { method: 'POST', body: { ...good, ...wrong } });
      expect([wrong, answer.status]).toEqual([wrong, 400]);
    }
    expect((await call(engineRoutes.update, admin, { method: 'PATCH', id: 'none', body: {} })).status).toBe(404);
    expect((await call(registryRoutes.remove, admin, { method: 'DELETE', id: 'none' })).status).toBe(404);
  });
});

describe('the trail', () => {
  it('is read by an auditor, filtered by e-mail and engine name, page by page', async () => {
    const answer = await call(auditRoutes.list, auditor, { query: `?user=${viewer.email}&outcome=denied&limit=5` });
    const rows = z.array(z.object({ email: z.string(), outcome: z.string() })).parse(answer.at('rows'));
    expect([rows.length, answer.at('more')]).toEqual([5, true]);
    expect(rows.every((row) => row.email === viewer.email && row.outcome === 'denied')).toBe(true);
    const byEngine = await call(auditRoutes.list, auditor, { query: '?engine=one&limit=100' });
    expect(z.array(z.object({ engineId: z.literal('engine-id') })).parse(byEngine.at('rows')).length).toBeGreaterThan(
      0,
    );
    for (const query of ['?limit=0', '?limit=x', '?outcome=odd', '?from=yesterday', '?limit=1&limit=2']) {
      expect((await call(auditRoutes.list, auditor, { query })).status).toBe(400);
    }
  });

  it('is exported whole as CSV and as JSON lines, and the export is recorded', async () => {
    await audit.record(
      {
        principal: { kind: 'anonymous' },
        operation: 'container.stop',
        targets: [{ kind: 'container', id: 'c1', name: '=cmd|"x",1' }],
      },
      { outcome: 'failed', error: 'two\nlines', durationMs: 1 },
    );
    const total = (await audit.query({ limit: 1000 })).records.length;
    const jsonl = await call(auditRoutes.export, auditor, { query: '?format=jsonl' });
    expect(
      jsonl.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toHaveLength(total + 1);
    expect(jsonl.headers.get('content-disposition')).toMatch(/^attachment; filename="pilothouse-audit-.*\.jsonl"$/);
    expect(await newest()).toMatchObject({ operation: 'console.audit', params: { action: 'export', format: 'jsonl' } });
    const csv = await call(auditRoutes.export, auditor, { query: '?target=c1' });
    const [head, ...lines] = csv.text.split('\r\n');
    expect(head).toMatch(/^id,time,email,/);
    expect(lines[0]).toContain('"container:=cmd|""x"",1"');
    expect(lines[0]).toContain('"two\nlines"');
  });

  it('counts reads per person', async () => {
    const answer = await call(auditRoutes.counts, auditor, {});
    expect(answer.text).toContain('"operation":"console.users"');
  });
});

describe('the setup link', () => {
  it('is closed while there is an administrator, and wants our header and a whole form', async () => {
    const body = { secret: 'x', email: 'x@example.org', name: 'X', password: 'a good password' };
    const headers = { 'x-pilothouse': '1' };
    expect((await call(setupRoute, undefined, { method: 'POST', body, headers })).status).toBe(403);
    expect((await call(setupRoute, undefined, { method: 'POST', body })).status).toBe(403);
    expect((await call(setupRoute, undefined, { method: 'POST', body: {}, headers })).status).toBe(400);
    expect(await identity.users.byEmail('x@example.org')).toBeUndefined();
  });
});

it('answers an unforeseen failure with a number and without its text', async () => {
  setRuntime({ ...lab.runtime, identity: { ...identity, users: { ...identity.users, list: failing } } });
  const answer = await call(userRoutes.list, admin, {});
  setRuntime(lab.runtime);
  expect(answer.status).toBe(500);
  expect(answer.text).not.toContain('password=hunter2');
  expect(answer.at('message')).toMatch(/log has it under [0-9a-f-]{36}/);
});

async function failing(): Promise<never> {
  throw new Error('connection to postgres://ann:password=hunter2 lost');
}
