import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  type CallInput,
  call,
  openRoutesLab,
  type RoutesLab,
  type Someone,
} from '#tests/console/routes-lab.ts';
import { accountRoutes } from './account-routes.ts';
import { grantRoutes } from './grant-routes.ts';
import { linkRoutes } from './link-routes.ts';
import { roleRoutes } from './role-routes.ts';
import type { NextHandler } from './route.ts';
import { teamRoutes } from './team-routes.ts';
import { userRoutes } from './user-routes.ts';

// Somebody who may manage users and grants by a role that people made, and is no administrator: the ways by which he
// would become one, each refused, recorded, and without effect.
let lab: RoutesLab;
let admin: Someone;
let helper: Someone;
let viewer: Someone;
let bossTeam: string;
let bot: string;
const everywhere = { kind: 'all', value: '' } as const;
const role = { name: 'mine', description: '', patterns: ['container.*'], hostAccess: false, seeSecrets: false };

beforeAll(async () => {
  lab = await openRoutesLab();
  const { identity } = lab;
  admin = await lab.someone('admin@example.org');
  await identity.roles.create({
    name: 'helpdesk',
    description: 'Helps people in.',
    patterns: ['console.users', 'console.grants'],
    hostAccess: false,
    seeSecrets: false,
  });
  await identity.roles.create({ ...role, name: 'strong', patterns: ['container.*'] });
  helper = await lab.someone('helper@example.org', 'helpdesk');
  await identity.grants.add({ subjectKind: 'user', subjectId: helper.id, role: 'operator', scope: everywhere });
  viewer = await lab.someone('viewer@example.org', 'viewer');
  bossTeam = (await identity.teams.create({ name: 'bosses', description: '' })).id;
  await identity.grants.add({ subjectKind: 'team', subjectId: bossTeam, role: 'administrator', scope: everywhere });
  const grants = [{ role: 'developer', scope: everywhere }];
  await identity.links.invite({ email: 'new@example.org', grants, createdBy: admin.email });
  bot = (await identity.serviceAccounts.create({ name: 'deploy' })).id;
  await identity.grants.add({ subjectKind: 'user', subjectId: bot, role: 'maintainer', scope: everywhere });
});
afterAll(() => lab.stop());

const adminGrant = async () => (await lab.identity.grants.list({ kind: 'user', id: admin.id }))[0]?.id ?? '';
const grantBody = (subject: string, role: string, kind = 'user') => ({
  subjectKind: kind,
  subjectId: subject,
  role,
  scope: everywhere,
});

describe('whoever manages users and grants without being an administrator', () => {
  const ways: [string, NextHandler, () => Promise<CallInput> | CallInput][] = [
    ['grants himself more', grantRoutes.add, () => ({ method: 'POST', body: grantBody(helper.id, 'administrator') })],
    ['grants a friend more', grantRoutes.add, () => ({ method: 'POST', body: grantBody(viewer.id, 'developer') })],
    [
      'grants his team more',
      grantRoutes.add,
      () => ({ method: 'POST', body: grantBody(bossTeam, 'maintainer', 'team') }),
    ],
    ['takes a grant from those above', grantRoutes.remove, async () => ({ method: 'DELETE', id: await adminGrant() })],
    [
      'shortens a grant of those above',
      grantRoutes.update,
      async () => ({ method: 'PATCH', id: await adminGrant(), body: { expiresAt: Date.now() + 60_000 } }),
    ],
    [
      'sets the password of an administrator',
      userRoutes.setPassword,
      () => ({ method: 'POST', id: admin.id, body: { password: 'mine from now on' } }),
    ],
    [
      'changes the e-mail of an administrator',
      userRoutes.update,
      () => ({ method: 'PATCH', id: admin.id, body: { email: 'helper2@example.org' } }),
    ],
    ['removes somebody above him', userRoutes.remove, () => ({ method: 'DELETE', id: bot })],
    ['signs an administrator out', userRoutes.endSessions, () => ({ method: 'DELETE', id: admin.id })],
    [
      'makes a token of a stronger service account',
      userRoutes.createToken,
      () => ({ method: 'POST', id: bot, body: { name: 'mine' } }),
    ],
    [
      'joins a stronger team',
      teamRoutes.addMember,
      () => ({ method: 'POST', id: bossTeam, body: { userId: helper.id } }),
    ],
    ['removes a stronger team', teamRoutes.remove, () => ({ method: 'DELETE', id: bossTeam })],
    ['makes a role of what he may not', roleRoutes.create, () => ({ method: 'POST', body: role })],
    [
      'widens his own role',
      roleRoutes.update,
      () => ({ method: 'PATCH', id: 'helpdesk', body: { patterns: ['console.*'] } }),
    ],
    [
      'narrows a role beyond his own',
      roleRoutes.update,
      () => ({ method: 'PATCH', id: 'strong', body: { patterns: ['container.stop'] } }),
    ],
    ['removes a role beyond his own', roleRoutes.remove, () => ({ method: 'DELETE', id: 'strong' })],
    [
      'invites a friend to more',
      linkRoutes.invite,
      () => ({
        method: 'POST',
        body: { email: 'friend@example.org', grants: [{ role: 'developer', scope: everywhere }] },
      }),
    ],
    [
      'invites a friend into a stronger team',
      linkRoutes.invite,
      () => ({ method: 'POST', body: { email: 'friend@example.org', teams: [bossTeam] } }),
    ],
    [
      'takes back an invitation to more',
      linkRoutes.revoke,
      async () => ({ method: 'DELETE', id: (await lab.identity.links.list())[0]?.id }),
    ],
    ['asks for a reset link of an administrator', linkRoutes.reset, () => ({ method: 'POST', id: admin.id })],
    [
      'gives his own role host access',
      roleRoutes.update,
      () => ({ method: 'PATCH', id: 'helpdesk', body: { hostAccess: true } }),
    ],
  ];
  for (const [title, handler, input] of ways) {
    it(`is refused when he ${title}`, async () => {
      const before = await snapshot();
      const answer = await call(handler, helper, await input());
      expect([answer.status, answer.at('code')]).toEqual([403, 'forbidden']);
      expect(answer.at('message')).toContain('beyond what you hold');
      expect(await lab.audit.get(String(answer.at('auditId')))).toMatchObject({
        outcome: 'denied',
        email: helper.email,
      });
      expect(await snapshot()).toEqual(before);
    });
  }

  it('may do all that within what he holds', async () => {
    const done: Answer[] = [];
    const carl = await call(userRoutes.create, helper, {
      method: 'POST',
      body: { email: 'carl@example.org', name: 'Carl', password: 'a good password' },
    });
    const id = String(carl.at('id'));
    const grant = await call(grantRoutes.add, helper, { method: 'POST', body: grantBody(id, 'viewer') });
    const team = await call(teamRoutes.create, helper, { method: 'POST', body: { name: 'night shift' } });
    done.push(carl, grant, team);
    const teamId = String(team.at('id'));
    done.push(await call(teamRoutes.addMember, helper, { method: 'POST', id: teamId, body: { userId: id } }));
    done.push(
      await call(userRoutes.setPassword, helper, { method: 'POST', id, body: { password: 'another good password' } }),
    );
    done.push(await call(grantRoutes.remove, helper, { method: 'DELETE', id: String(grant.at('id')) }));
    done.push(
      await call(roleRoutes.create, helper, { method: 'POST', body: { ...role, patterns: ['container.stop'] } }),
    );
    done.push(await call(userRoutes.remove, helper, { method: 'DELETE', id }));
    expect(done.map(({ status }) => status)).toEqual([200, 200, 200, 204, 204, 204, 200, 204]);
  });

  it('does not get around it by a token of his, and revokes no token of those above', async () => {
    const { secret } = await lab.identity.tokens.create({ userId: helper.id, name: 'x' });
    const bearer = { ...helper, headers: { authorization: `Bearer ${secret}` } };
    const body = grantBody(helper.id, 'administrator');
    expect((await call(grantRoutes.add, bearer, { method: 'POST', body })).status).toBe(403);
    const { token } = await lab.identity.tokens.create({ userId: admin.id, name: 'theirs' });
    expect((await call(accountRoutes.revokeToken, helper, { method: 'DELETE', id: token.id })).status).toBe(403);
    expect((await call(accountRoutes.revokeToken, admin, { method: 'DELETE', id: token.id })).status).toBe(204);
  });
});

it('keeps an administrator for a day from making himself one for ever', async () => {
  const expiresAt = Date.now() + 24 * 3600_000;
  const brief = await lab.someone('brief@example.org', 'administrator', { expiresAt });
  const add = (body: object) => call(grantRoutes.add, brief, { method: 'POST', body });
  expect((await add(grantBody(brief.id, 'administrator'))).status).toBe(403);
  expect((await add(grantBody(brief.id, 'developer'))).status).toBe(403);
  expect((await add({ ...grantBody(viewer.id, 'developer'), expiresAt })).status).toBe(200);
});

async function snapshot(): Promise<string> {
  const { identity } = lab;
  const grants = await identity.grants.list();
  const users = (await identity.users.list()).map(({ id, email, disabled }) => ({ id, email, disabled }));
  const members = await identity.teams.members(bossTeam);
  const sessions = (await identity.sessions.list(admin.id)).length;
  const works = (await identity.checkPassword(admin.email, 'a good password', '10.0.0.7')) !== undefined;
  const links = await identity.links.list();
  return JSON.stringify([links, grants, users, members, sessions, works, await identity.roles.list()]);
}
