import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { call, openRoutesLab, type RoutesLab, type Someone } from '#tests/console/routes-lab.ts';
import { accountRoutes } from './account-routes.ts';
import { grantRoutes } from './grant-routes.ts';
import { linkRoutes } from './link-routes.ts';
import { roleRoutes } from './role-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { teamRoutes } from './team-routes.ts';
import { userRoutes } from './user-routes.ts';

// Teams, roles, service accounts, links and settings as the pages and scripts see them.
let lab: RoutesLab;
let admin: Someone;
const everywhere = { kind: 'all', value: '' } as const;
const ours = { 'x-pilothouse': '1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'console.test' };

beforeAll(async () => {
  lab = await openRoutesLab();
  admin = await lab.someone('admin@example.org');
});
afterAll(() => lab.stop());

const trail = async () => JSON.stringify((await lab.audit.query({ limit: 1000 })).records);

describe('teams and roles', () => {
  it('are made, filled, granted, shown with names, and recorded with what was done', async () => {
    const person = await lab.someone('tess@example.org');
    const made = await call(teamRoutes.create, admin, {
      method: 'POST',
      body: { name: 'Shop', description: 'Sells.' },
    });
    const id = String(made.at('id'));
    expect([made.status, made.at('members')]).toEqual([200, 0]);
    const role = { name: 'restarter', patterns: ['container.restart', '*.list'], description: 'Restarts.' };
    const stored = await call(roleRoutes.create, admin, { method: 'POST', body: role });
    expect([stored.status, stored.at('builtIn'), stored.at('patterns')]).toEqual([200, false, role.patterns]);
    const grant = {
      subjectKind: 'team',
      subjectId: id,
      role: 'restarter',
      scope: { kind: 'engine', value: 'one' },
      resource: { project: 'shop' },
      reason: 'They sell.',
    };
    const given = await call(grantRoutes.add, admin, { method: 'POST', body: grant });
    expect(given.status).toBe(200);
    expect(JSON.parse(given.text)).toMatchObject({
      subjectName: 'Shop',
      engineName: 'one',
      resource: { project: 'shop' },
    });
    expect(await lab.newest()).toMatchObject({
      targets: [{ kind: 'team', id, name: 'Shop' }],
      params: { action: 'add', role: 'restarter', resource: { project: 'shop' }, reason: 'They sell.' },
    });
    const added = await call(teamRoutes.addMember, admin, { method: 'POST', id, body: { userId: person.id } });
    expect(added.status).toBe(204);
    expect(await lab.newest()).toMatchObject({
      targets: [
        { kind: 'team', id },
        { kind: 'user', name: 'tess@example.org' },
      ],
      params: { action: 'add-member' },
    });
    const account = await call(accountRoutes.get, person, {});
    expect(account.at('capabilities.engines.one.operations')).toContain('container.restart');
    expect(account.at('capabilities.engines.one.scoped')).toBe(true);
    const team = await call(teamRoutes.get, admin, { id });
    expect(JSON.parse(team.text)).toMatchObject({
      team: { name: 'Shop', members: 1 },
      members: [{ email: 'tess@example.org', sources: ['manual'] }],
      grants: [{ role: 'restarter', engineName: 'one' }],
    });
    const users = await call(userRoutes.list, admin, {});
    expect(users.text).toContain('"teams":[{"id":');
    expect((await call(roleRoutes.remove, admin, { method: 'DELETE', id: 'restarter' })).status).toBe(409);
    const out = await call(teamRoutes.removeMember, admin, { method: 'DELETE', id, path: { user: person.id } });
    expect(out.status).toBe(204);
    expect((await call(accountRoutes.get, person, {})).at('capabilities.engines')).toEqual({});
    expect((await call(teamRoutes.remove, admin, { method: 'DELETE', id })).status).toBe(204);
    expect((await call(roleRoutes.remove, admin, { method: 'DELETE', id: 'restarter' })).status).toBe(204);
    expect((await call(teamRoutes.get, admin, { id })).status).toBe(404);
  });

  it('say what is wrong', async () => {
    const post = (body: object) => call(roleRoutes.create, admin, { method: 'POST', body });
    const unknown = await post({ name: 'odd', patterns: ['container.fly'] });
    expect([unknown.status, unknown.at('message')]).toEqual([400, 'No operation is named by "container.fly".']);
    expect((await post({ name: 'viewer', patterns: ['*.list'] })).status).toBe(409);
    const rename = await call(roleRoutes.update, admin, { method: 'PATCH', id: 'viewer', body: { name: 'v' } });
    expect(rename.status).toBe(409);
    expect((await call(roleRoutes.update, admin, { method: 'PATCH', id: 'none', body: {} })).status).toBe(404);
    const grant = { subjectKind: 'user', subjectId: admin.id, role: 'viewer', scope: everywhere };
    for (const resource of [{}, { project: '*' }, { labels: [''] }, { other: 1 }]) {
      const answer = await call(grantRoutes.add, admin, { method: 'POST', body: { ...grant, resource } });
      expect([resource, answer.status]).toEqual([resource, 400]);
    }
  });
});

describe('tokens', () => {
  it('are limited by grants of their own, shown with them, and say what their owner lacks', async () => {
    const owner = await lab.someone('olga@example.org', 'developer');
    const body = {
      name: 'ci',
      grants: [
        { role: 'operator', scope: everywhere },
        { role: 'maintainer', scope: { kind: 'engine', value: 'old' } },
      ],
    };
    const made = await call(accountRoutes.createToken, owner, { method: 'POST', body });
    expect(made.status).toBe(200);
    expect(made.at('lacking')).toEqual([expect.stringContaining('all of the role maintainer')]);
    const bearer = { ...owner, headers: { authorization: `Bearer ${String(made.at('secret'))}` } };
    const allowed = (await call(accountRoutes.get, bearer, {})).at('capabilities.engines.one.operations');
    expect(allowed).toContain('container.stop');
    expect(allowed).not.toContain('plugin.pull');
    const list = await call(accountRoutes.tokens, owner, {});
    expect(JSON.parse(list.text).rows[0].grants).toMatchObject([
      { role: 'operator' },
      { role: 'maintainer', engineName: 'one' },
    ]);
    expect(await trail()).not.toContain(String(made.at('secret')));
    const none = { name: 'none', grants: [] };
    expect((await call(accountRoutes.createToken, owner, { method: 'POST', body: none })).status).toBe(400);
  });

  it('see of their owner themselves alone when they are limited, and can end themselves', async () => {
    const owner = await lab.someone('otto@example.org', 'developer');
    const make = async (name: string, grants?: object[]) => {
      const made = await call(accountRoutes.createToken, owner, { method: 'POST', body: { name, grants } });
      const bearer = { ...owner, headers: { authorization: `Bearer ${String(made.at('secret'))}` } };
      return { id: String(made.at('token.id')), bearer };
    };
    const whole = await make('whole');
    const limited = await make('limited', [{ role: 'viewer', scope: everywhere }]);
    const names = async (who: Someone) =>
      z
        .object({ rows: z.array(z.object({ name: z.string() })) })
        .parse(JSON.parse((await call(accountRoutes.tokens, who, {})).text))
        .rows.map(({ name }) => name);
    expect([await names(whole.bearer), await names(limited.bearer)]).toEqual([['limited', 'whole'], ['limited']]);
    expect((await call(accountRoutes.sessions, limited.bearer, {})).at('rows')).toEqual([]);
    const revoke = (id: string) => call(accountRoutes.revokeToken, limited.bearer, { method: 'DELETE', id });
    expect([(await revoke(whole.id)).status, (await revoke(limited.id)).status]).toEqual([404, 204]);
    expect((await call(accountRoutes.get, whole.bearer, {})).status).toBe(200);
    expect((await call(accountRoutes.get, limited.bearer, {})).status).toBe(401);
  });

  it('do not tell of engines that their maker has no grant on', async () => {
    const nobody = await lab.someone('nobody@example.org');
    const make = async (value: string) => {
      const grants = [{ role: 'viewer', scope: { kind: 'engine', value } }];
      const answer = await call(accountRoutes.createToken, nobody, { method: 'POST', body: { name: 'x', grants } });
      return [answer.status, String(answer.at('message')).replace(value, '?')];
    };
    expect(await make('one')).toEqual(await make('two'));
  });

  it('are made for service accounts by whoever manages users, and for no person', async () => {
    const bot = await call(userRoutes.createServiceAccount, admin, { method: 'POST', body: { name: 'ci-bot' } });
    const id = String(bot.at('id'));
    const made = await call(userRoutes.createToken, admin, { method: 'POST', id, body: { name: 'build' } });
    const bearer = { ...admin, headers: { authorization: `Bearer ${String(made.at('secret'))}` } };
    expect((await call(accountRoutes.get, bearer, {})).at('user.email')).toBe('ci-bot');
    const person = await lab.someone('pia@example.org');
    const theirs = await call(userRoutes.createToken, admin, { method: 'POST', id: person.id, body: { name: 'x' } });
    expect(theirs.status).toBe(400);
    expect((await call(userRoutes.list, admin, {})).text).not.toContain('ci-bot');
    expect((await call(userRoutes.serviceAccounts, admin, {})).text).toContain('ci-bot');
    expect((await call(userRoutes.tokens, admin, { id })).text).toContain('"name":"build"');
    expect((await call(userRoutes.remove, admin, { method: 'DELETE', id })).status).toBe(204);
    expect((await call(accountRoutes.get, bearer, {})).status).toBe(401);
  });
});

describe('one-time links', () => {
  const secretOf = (url: unknown) => z.string().parse(url).split('#')[1] ?? '';

  it('invite somebody, once, with the record and without the secret in it', async () => {
    const body = { email: 'ivy@example.org', name: 'Ivy', grants: [{ role: 'viewer', scope: everywhere }] };
    const made = await call(linkRoutes.invite, admin, { method: 'POST', body, headers: ours });
    expect(made.status).toBe(200);
    // After the #: no server, log or Referer ever has it.
    expect(made.at('url')).toMatch(/^https:\/\/console\.test\/invite#[A-Za-z0-9_-]{43}$/);
    const secret = secretOf(made.at('url'));
    expect((await call(linkRoutes.list, admin, {})).text).not.toContain(secret);
    const peek = await call(linkRoutes.peek, undefined, { method: 'POST', body: { secret }, headers: ours });
    expect(JSON.parse(peek.text)).toEqual({ kind: 'invite', email: 'ivy@example.org', name: 'Ivy', minLength: 8 });
    const accept = (more: object, headers: Record<string, string> = ours) =>
      call(linkRoutes.accept, undefined, {
        method: 'POST',
        body: { secret, name: 'Ivy', password: 'a good password', ...more },
        headers,
      });
    expect((await accept({}, {})).status).toBe(403);
    expect((await accept({ password: 'password1' })).status).toBe(400);
    expect((await accept({ role: 'administrator' })).status).toBe(400);
    expect((await accept({})).status).toBe(200);
    expect(await lab.newest()).toMatchObject({
      operation: 'invitation.accept',
      targets: [{ name: 'ivy@example.org' }],
    });
    expect((await accept({})).status).toBe(403);
    expect(await trail()).not.toContain(secret);
    expect(await lab.identity.checkPassword('ivy@example.org', 'a good password', '10.0.0.7')).toBeDefined();
  });

  it('are taken back', async () => {
    const made = await call(linkRoutes.invite, admin, {
      method: 'POST',
      body: { email: 'jo@example.org' },
      headers: ours,
    });
    const id = String(made.at('link.id'));
    expect((await call(linkRoutes.revoke, admin, { method: 'DELETE', id })).status).toBe(204);
    const body = { secret: secretOf(made.at('url')) };
    expect((await call(linkRoutes.peek, undefined, { method: 'POST', body, headers: ours })).status).toBe(403);
    expect((await call(linkRoutes.revoke, admin, { method: 'DELETE', id })).status).toBe(404);
  });

  it('reset a password and end the sessions', async () => {
    const kim = await lab.someone('kim@example.org', 'viewer');
    const made = await call(linkRoutes.reset, admin, { method: 'POST', id: kim.id, headers: ours });
    expect(made.at('url')).toMatch(/\/reset#/);
    expect(await lab.newest()).toMatchObject({ params: { action: 'reset-password' }, targets: [{ name: kim.email }] });
    expect((await call(accountRoutes.get, kim, {})).status).toBe(200);
    const body = { secret: secretOf(made.at('url')), password: 'an even better one' };
    expect((await call(linkRoutes.accept, undefined, { method: 'POST', body, headers: ours })).status).toBe(200);
    expect((await call(accountRoutes.get, kim, {})).status).toBe(401);
    expect(await lab.newest()).toMatchObject({ operation: 'password.reset' });
    expect(await trail()).not.toMatch(new RegExp(`${body.secret}|${body.password}`));
  });
});

describe('settings', () => {
  it('are read and changed by whoever holds console.settings, with the record', async () => {
    const before = await call(settingsRoutes.get, admin, {});
    expect(before.at('settings.sessions.lengthHours')).toBe(168);
    const body = { banner: 'Friday: no deploys.', passwords: { minLength: 10 } };
    const after = await call(settingsRoutes.update, admin, { method: 'PATCH', body });
    expect([after.status, after.at('settings.banner'), after.at('settings.passwords.minLength')]).toEqual([
      200,
      'Friday: no deploys.',
      10,
    ]);
    expect(await lab.newest()).toMatchObject({ operation: 'console.settings', params: { action: 'update', ...body } });
    for (const wrong of [{ banner: 7 }, { other: 1 }, { sessions: { idleMinutes: 0 } }]) {
      expect((await call(settingsRoutes.update, admin, { method: 'PATCH', body: wrong })).status).toBe(400);
    }
    const all = await call(settingsRoutes.update, admin, {
      method: 'PATCH',
      body: { network: { trustedProxies: ['0.0.0.0/0'] } },
    });
    expect([all.status, all.at('message')]).toEqual([400, expect.stringContaining('too wide')]);
  });
});
