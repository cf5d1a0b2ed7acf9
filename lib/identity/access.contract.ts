import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { authorize } from '#lib/authz/authorize.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { everywhere, type OpenDatabase, openRoom, type Room } from '#tests/identity/room.ts';
import { waitFor } from '#tests/lab/wait.ts';

const may = (principal: UserPrincipal | undefined, operation: Operation) =>
  principal !== undefined && authorize(principal, operation, { id: 'e1', name: 'e1', tags: [] }, Date.now()).allow;
const role = { name: '', description: '', patterns: ['container.list'], hostAccess: false, seeSecrets: false };

/** Teams, roles, tokens and service accounts: what each changes about who may do what, whichever database lies under. */
export function describeAccess(title: string, prepare: () => Promise<OpenDatabase>): void {
  describe(title, () => {
    let room: Room;
    beforeAll(async () => {
      room = await openRoom(await prepare());
    });
    afterAll(() => room.stop());

    /** What a watcher was told, newest last. */
    function watched(principal: UserPrincipal): { seen: (UserPrincipal | undefined)[]; stop: () => void } {
      const seen: (UserPrincipal | undefined)[] = [];
      return { seen, stop: room.identity.watch(principal, (current) => seen.push(current)) };
    }

    it('gives members the grants of their teams, and takes them with the membership, the grant and the team', async () => {
      const { identity } = room;
      const user = await room.newUser();
      const { client, principal } = await room.signedIn(user);
      const team = await identity.teams.create({ name: ' Ops ', description: 'Runs things.' });
      expect(team).toMatchObject({ name: 'Ops', members: 0 });
      const add = (name: string) =>
        identity.grants.add({ subjectKind: 'team', subjectId: team.id, role: name, scope: everywhere });
      const grant = await add('operator');
      await room.grantTo(user, 'viewer');
      const { seen, stop } = watched(principal);
      const now = () => identity.bySession(client);
      expect(may(await now(), 'container.stop')).toBe(false);
      await identity.teams.addMember(team.id, user.id);
      await identity.teams.addMember(team.id, user.id);
      expect((await now())?.grants.map((each) => each.role).sort()).toEqual(['operator', 'viewer']);
      expect(await identity.teams.members(team.id)).toMatchObject([{ userId: user.id, sources: ['manual'] }]);
      expect(await identity.teams.ofUser(user.id)).toEqual([{ id: team.id, name: 'Ops' }]);
      await identity.grants.remove(grant.id);
      expect(may(await now(), 'container.stop')).toBe(false);
      await add('developer');
      expect(may(await now(), 'exec.start')).toBe(true);
      await identity.teams.removeMember(team.id, user.id);
      expect(may(await now(), 'exec.start')).toBe(false);
      await identity.teams.addMember(team.id, user.id);
      await identity.teams.remove(team.id);
      expect((await now())?.grants.map((each) => each.role)).toEqual(['viewer']);
      expect(await identity.grants.list({ kind: 'team', id: team.id })).toEqual([]);
      await waitFor('the watcher to hear of it', () => seen.at(-1)?.grants.length === 1);
      stop();
    });

    it('refuses a second team of a name, strangers, and taking out whom the identity provider put in', async () => {
      const { identity, db } = room;
      const team = await identity.teams.create({ name: 'Web', description: '' });
      await expect(identity.teams.create({ name: 'web', description: '' })).rejects.toMatchObject({ code: 'conflict' });
      await expect(identity.teams.create({ name: ' ', description: '' })).rejects.toMatchObject({
        code: 'bad-request',
      });
      await expect(identity.teams.addMember(team.id, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
      await expect(identity.teams.addMember('no team', 'x')).rejects.toMatchObject({ code: 'not-found' });
      const user = await room.newUser();
      const row = { team_id: team.id, user_id: user.id, source: 'sso', created_at: 1 };
      await db.insertInto('team_members').values(row).execute();
      await expect(identity.teams.removeMember(team.id, user.id)).rejects.toMatchObject({ code: 'conflict' });
      await identity.teams.addMember(team.id, user.id);
      await identity.teams.removeMember(team.id, user.id);
      expect(await identity.teams.members(team.id)).toMatchObject([{ sources: ['sso'] }]);
      expect(await identity.teams.update(team.id, { name: 'Website' })).toMatchObject({ name: 'Website', members: 1 });
    });

    it('changes what people may do when a role is edited, and ends it with the flags', async () => {
      const { identity } = room;
      const before = identity.roleBook();
      await identity.roles.create({ ...role, name: 'runner', patterns: ['container.*', '*.list'], seeSecrets: true });
      expect(identity.roleBook().get('runner')?.operations.has('container.stop')).toBe(true);
      expect(identity.roleBook()).not.toBe(before);
      const user = await room.newUser();
      await room.grantTo(user, 'runner');
      const { client, principal } = await room.signedIn(user);
      expect([may(principal, 'container.stop'), may(principal, 'image.pull')]).toEqual([true, false]);
      const { seen, stop } = watched(principal);
      await identity.roles.update('runner', { patterns: ['container.list'] });
      expect(may(await identity.bySession(client), 'container.stop')).toBe(false);
      await waitFor('the push', () => seen.length > 0 && !may(seen.at(-1), 'container.stop'));
      await identity.roles.update('runner', { seeSecrets: false });
      await waitFor('the flag to go', () => seen.at(-1)?.roles?.get('runner')?.seeSecrets === false);
      await identity.roles.update('runner', { name: 'reader' });
      expect(may(await identity.bySession(client), 'container.list')).toBe(true);
      await expect(identity.roles.remove('reader')).rejects.toThrow(`${user.email} have the role reader`);
      await identity.users.remove(user.id);
      await identity.roles.remove('reader');
      expect(identity.roleBook().has('reader')).toBe(false);
      stop();
    });

    it('keeps the built-in roles, and refuses roles that name nothing', async () => {
      const { roles } = room.identity;
      const refused = (input: Partial<typeof role>, code: string, message: RegExp) =>
        expect(roles.create({ ...role, name: 'odd', ...input })).rejects.toMatchObject({
          code,
          message: expect.stringMatching(message),
        });
      await refused({ name: 'viewer' }, 'conflict', /already/);
      await refused({ name: 'Has Blanks' }, 'bad-request', /lower-case/);
      await refused({ patterns: [] }, 'bad-request', /at least one/);
      await refused({ patterns: ['container.list', 'container.fly', 'x'] }, 'bad-request', /"container\.fly", "x"/);
      await expect(roles.update('viewer', { patterns: ['*.*'] })).rejects.toMatchObject({ code: 'conflict' });
      await expect(roles.remove('administrator')).rejects.toMatchObject({ code: 'conflict' });
      // `*` is every engine operation and none of the console's.
      const all = await roles.create({ ...role, name: 'all-engines', patterns: ['*.*'] });
      expect(all.operations.some((operation) => operation.startsWith('console.'))).toBe(false);
      // A row that somebody wrote past this room does not change what `viewer` means.
      const row = {
        name: 'viewer',
        description: '',
        patterns: '["*.*"]',
        host_access: 1,
        see_secrets: 1,
        created_at: 1,
      };
      await room.db.insertInto('roles').values(row).execute();
      await roles.remove('all-engines');
      expect(room.identity.roleBook().get('viewer')?.hostAccess).toBe(false);
      await room.db.deleteFrom('roles').where('name', '=', 'viewer').execute();
    });

    it('holds a token to its own grants and to those of its owner, at every moment', async () => {
      const { identity } = room;
      const owner = await room.newUser();
      const viewing = await room.grantTo(owner, 'viewer');
      const developing = await room.grantTo(owner, 'developer');
      const made = await identity.tokens.create({
        userId: owner.id,
        name: 'ci',
        grants: [
          { role: 'operator', scope: everywhere },
          { role: 'maintainer', scope: { kind: 'tag', value: 'x' }, expiresAt: Date.now() + 60_000 },
        ],
      });
      expect(made.token.limited).toBe(true);
      const now = () => identity.byToken(room.bearer(made.secret));
      const principal = await now();
      if (!principal) throw new Error('The token that was just made is not known.');
      expect(principal.limits?.map((grant) => grant.role).sort()).toEqual(['maintainer', 'operator']);
      // Within both; beyond its own; beyond its owner's, on an engine with the tag.
      expect([may(principal, 'container.stop'), may(principal, 'exec.start')]).toEqual([true, false]);
      const tagged = { id: 'e2', name: 'e2', tags: ['x'] };
      expect(authorize(principal, 'plugin.pull', tagged, Date.now()).allow).toBe(false);
      const { seen, stop } = watched(principal);
      await identity.grants.remove(developing.id);
      expect(may(await now(), 'container.stop')).toBe(false);
      await waitFor('the push', () => seen.length > 0 && !may(seen.at(-1), 'container.stop'));
      expect(may(await now(), 'container.list')).toBe(true);
      await identity.grants.remove(viewing.id);
      expect(may(await now(), 'container.list')).toBe(false);
      stop();
    });

    it('leaves a token whose own grants are gone or ended with nothing, not with everything', async () => {
      const { identity } = room;
      const owner = await room.newUser();
      await room.grantTo(owner, 'developer');
      const { token, secret } = await identity.tokens.create({
        userId: owner.id,
        name: 'brief',
        grants: [{ role: 'viewer', scope: everywhere, expiresAt: Date.now() + 60_000 }],
      });
      const now = () => identity.byToken(room.bearer(secret));
      expect(may(await now(), 'container.list')).toBe(true);
      await room.later(61_000, async () => expect(may(await now(), 'container.list')).toBe(false));
      for (const grant of await identity.grants.list({ kind: 'token', id: token.id })) {
        await identity.grants.remove(grant.id);
      }
      expect((await now())?.limits).toEqual([]);
      expect(may(await now(), 'container.list')).toBe(false);
      const unlimited = await identity.tokens.create({ userId: owner.id, name: 'whole' });
      const whole = () => identity.byToken(room.bearer(unlimited.secret));
      expect([(await whole())?.limits, may(await whole(), 'exec.start')]).toEqual([undefined, true]);
      // Given a grant of its own it is a limited one from then on.
      await room.grantTo(unlimited.token, 'viewer', { subjectKind: 'token' });
      expect(may(await whole(), 'exec.start')).toBe(false);
      const none = { userId: owner.id, name: 'none', grants: [] };
      await expect(identity.tokens.create(none)).rejects.toMatchObject({ code: 'bad-request' });
      const odd = { userId: owner.id, name: 'odd', grants: [{ role: 'king', scope: everywhere }] };
      await expect(identity.tokens.create(odd)).rejects.toMatchObject({ code: 'bad-request' });
      expect((await identity.tokens.list(owner.id)).map(({ name }) => name)).not.toContain('odd');
    });

    it('lets a service account in by its tokens alone', async () => {
      const { identity, db } = room;
      const bot = await identity.serviceAccounts.create({ name: 'deploy-bot', description: 'Deploys from CI.' });
      expect(bot).toMatchObject({ kind: 'service', email: 'deploy-bot', name: 'Deploys from CI.' });
      await room.grantTo(bot, 'developer');
      const { secret } = await identity.tokens.create({ userId: bot.id, name: 'ci' });
      expect(may(await identity.byToken(room.bearer(secret)), 'container.create')).toBe(true);
      await expect(identity.users.setPassword(bot.id, 'a good password')).rejects.toMatchObject({ code: 'not-found' });
      await expect(identity.links.resetPassword(bot.id, 'x')).rejects.toMatchObject({ code: 'bad-request' });
      await expect(identity.sessions.create(bot.id, { headers: {}, address: '' })).rejects.toMatchObject({
        code: 'forbidden',
      });
      // Not even when somebody wrote a password and a session past this room.
      const [root] = await db.selectFrom('users').selectAll().where('email', '=', 'root@example.org').execute();
      await db.updateTable('users').set({ password_hash: root?.password_hash }).where('id', '=', bot.id).execute();
      expect(await identity.checkPassword('deploy-bot', 'correct horse', '10.0.0.1')).toBeUndefined();
      const someone = await room.newUser();
      const session = await room.signedIn(someone);
      await db.updateTable('sessions').set({ user_id: bot.id }).where('id', '=', session.id).execute();
      await room.grantTo(someone, 'viewer');
      expect(await identity.bySession(session.client)).toBeUndefined();

      const conflict = { code: 'conflict' };
      await expect(identity.serviceAccounts.create({ name: 'deploy-bot' })).rejects.toMatchObject(conflict);
      await expect(identity.serviceAccounts.create({ name: 'bot@example.org' })).rejects.toMatchObject({
        code: 'bad-request',
      });
      await identity.users.update(bot.id, { disabled: true });
      expect(await identity.byToken(room.bearer(secret))).toBeUndefined();
      expect((await identity.serviceAccounts.list()).map(({ email }) => email)).toEqual(['deploy-bot']);
    });

    it('keeps a scope as it was meant, and refuses what would be none', async () => {
      const user = await room.newUser();
      const given = { labels: ['b=1', ' a ', 'a'], project: ' shop ', images: ['shop/*'] };
      const grant = await room.grantTo(user, 'developer', { resource: given });
      expect(grant.resource).toEqual({ labels: ['a', 'b=1'], project: 'shop', images: ['shop/*'] });
      expect((await room.signedIn(user)).principal.grants[0]?.resource).toEqual(grant.resource);
      const again = { labels: ['a', 'b=1'], images: ['shop/*'], project: 'shop' };
      await expect(room.grantTo(user, 'developer', { resource: again })).rejects.toMatchObject({ code: 'conflict' });
      const wrong = [
        {},
        { labels: [] },
        { labels: [''] },
        { labels: ['=x'] },
        { labels: ['io.pilothouse.shared=true'] },
        { project: 'Not A Project' },
        { name: '' },
        { name: '*'.repeat(9) },
        { images: ['a b'] },
        { labels: Array.from({ length: 17 }, (_, i) => `k${i}`) },
        { images: ['x'.repeat(257)] },
      ];
      for (const resource of wrong) {
        await expect(room.grantTo(user, 'viewer', { resource }), JSON.stringify(resource)).rejects.toMatchObject({
          code: 'bad-request',
        });
      }
    });

    it('changes the end and the reason of a grant', async () => {
      const { identity } = room;
      const user = await room.newUser();
      const { client } = await room.signedIn(user);
      const grant = await room.grantTo(user, 'viewer', { reason: 'first' });
      const expiresAt = Date.now() + 60_000;
      const changed = await identity.grants.update(grant.id, { expiresAt, reason: ' second ' });
      expect(changed).toMatchObject({ expiresAt, reason: 'second' });
      await room.later(61_000, async () => expect((await identity.bySession(client))?.grants).toEqual([]));
      await identity.grants.update(grant.id, { expiresAt: null, reason: null });
      expect((await identity.bySession(client))?.grants).toEqual([
        { id: grant.id, subjectKind: 'user', subjectId: user.id, role: 'viewer', scope: everywhere },
      ]);
      await expect(identity.grants.update(grant.id, { expiresAt: 1 })).rejects.toMatchObject({ code: 'bad-request' });
      await expect(identity.grants.update('none', {})).rejects.toMatchObject({ code: 'not-found' });
    });

    it('protects the last administrator through teams, and counts only those who can really come back', async () => {
      const { identity, db } = room;
      const root = await identity.users.byEmail('root@example.org');
      if (!root) throw new Error('no root');
      const [own] = await identity.grants.list({ kind: 'user', id: root.id });
      const conflict = { code: 'conflict' };
      const team = await identity.teams.create({ name: 'admins', description: '' });
      const teamGrant = (more: object = {}) =>
        identity.grants.add({
          subjectKind: 'team',
          subjectId: team.id,
          role: 'administrator',
          scope: everywhere,
          ...more,
        });
      const takeOwn = () => identity.grants.remove(own?.id ?? '');
      // None of these is a way back: a team without members, a scope, an end, a service account, a group of the provider.
      await teamGrant({ resource: { project: 'shop' } });
      await teamGrant({ expiresAt: Date.now() + 60_000 });
      const whole = await teamGrant();
      await expect(takeOwn()).rejects.toMatchObject(conflict);
      const bot = await identity.serviceAccounts.create({ name: 'admin-bot' });
      await identity.teams.addMember(team.id, bot.id);
      await expect(takeOwn()).rejects.toMatchObject(conflict);
      const grouped = await room.newUser();
      const row = { team_id: team.id, user_id: grouped.id, source: 'sso', created_at: 1 };
      await db.insertInto('team_members').values(row).execute();
      await expect(takeOwn()).rejects.toMatchObject(conflict);
      const second = await room.newUser();
      await identity.teams.addMember(team.id, second.id);
      await takeOwn();
      // Now it is the team's turn to be protected, in each of its parts.
      await expect(identity.grants.remove(whole.id)).rejects.toMatchObject(conflict);
      await expect(identity.grants.update(whole.id, { expiresAt: Date.now() + 60_000 })).rejects.toMatchObject(
        conflict,
      );
      await expect(identity.teams.removeMember(team.id, second.id)).rejects.toMatchObject(conflict);
      await expect(identity.teams.remove(team.id)).rejects.toMatchObject(conflict);
      await expect(identity.users.update(second.id, { disabled: true })).rejects.toMatchObject(conflict);
      await room.grantTo(root, 'administrator');
      await identity.teams.remove(team.id);
    });

    it('pushes a change with every timer stopped: nothing polls for it', async () => {
      const { identity } = room;
      const user = await room.newUser();
      const team = await identity.teams.create({ name: 'pushed', description: '' });
      await identity.teams.addMember(team.id, user.id);
      await identity.grants.add({ subjectKind: 'team', subjectId: team.id, role: 'viewer', scope: everywhere });
      const { principal } = await room.signedIn(user);
      const other = await room.another();
      vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
      try {
        // Nobody lets these timers run, so whatever arrives was pushed: by this process, then by the other.
        const next = () =>
          new Promise<UserPrincipal | undefined>((resolve) => {
            const stop = identity.watch(principal, (current) => {
              stop();
              resolve(current);
            });
          });
        const here = next();
        await identity.teams.removeMember(team.id, user.id);
        expect((await here)?.grants).toEqual([]);
        await identity.teams.addMember(team.id, user.id);
        const there = next();
        await other.identity.teams.remove(team.id);
        expect((await there)?.grants).toEqual([]);
      } finally {
        vi.useRealTimers();
        await other.stop();
      }
    });
  });
}
