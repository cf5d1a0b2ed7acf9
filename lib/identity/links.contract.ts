import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { everywhere, type OpenDatabase, openRoom, type Room } from '#tests/identity/room.ts';
import { waitFor } from '#tests/lab/wait.ts';

const password = 'a good password';
const gone = { code: 'forbidden', message: expect.stringContaining('not valid any more') };
const dayMs = 24 * 3600_000;

/** Invitations, password resets and the settings that sessions and passwords go by. */
export function describeLinks(title: string, prepare: () => Promise<OpenDatabase>): void {
  describe(title, () => {
    let room: Room;
    beforeAll(async () => {
      room = await openRoom(await prepare());
    });
    afterAll(() => room.stop());
    const invite = (email: string, more: object = {}) =>
      room.identity.links.invite({ email, createdBy: 'root@example.org', ...more });

    it('makes a person of an invitation, with the teams and grants that were promised', async () => {
      const { identity, db } = room;
      const team = await identity.teams.create({ name: 'crew', description: '' });
      const grants = [
        { role: 'operator', scope: everywhere, resource: { project: 'shop' } },
        { role: 'viewer', scope: everywhere, expiresAt: Date.now() + 60_000 },
      ];
      const { link, secret } = await invite(' Nora@Example.org', { teams: [team.id, team.id], grants });
      expect(link).toMatchObject({ kind: 'invite', email: 'nora@example.org', teams: [team.id], grants });
      expect(JSON.stringify(await db.selectFrom('links').selectAll().execute())).not.toContain(secret);
      expect(JSON.stringify(await identity.links.list())).not.toContain(secret);
      expect(await identity.links.peek(secret)).toMatchObject({ email: 'nora@example.org' });
      const accept = (input: object) => identity.links.accept(secret, { name: 'Nora', password, ...input });
      await expect(accept({ password: 'short' })).rejects.toMatchObject({ code: 'bad-request' });
      await expect(accept({ name: ' ' })).rejects.toMatchObject({ code: 'bad-request' });
      // A day before it ends, and after one of the promised grants has: the others are given.
      const { user } = await room.later(6 * dayMs, () => accept({}));
      expect(user).toMatchObject({ email: 'nora@example.org', name: 'Nora', kind: 'person' });
      expect((await identity.grants.ofUser(user.id)).map((grant) => [grant.role, grant.resource])).toEqual([
        ['operator', { project: 'shop' }],
      ]);
      expect(await identity.teams.ofUser(user.id)).toEqual([{ id: team.id, name: 'crew' }]);
      expect(await identity.checkPassword(user.email, password, '10.0.0.1')).toMatchObject({ id: user.id });
      await expect(accept({ name: 'Eve', password: 'the password of eve' })).rejects.toMatchObject(gone);
      expect(await identity.links.peek(secret)).toBeUndefined();
      expect(await identity.checkPassword(user.email, 'the password of eve', '10.0.0.1')).toBeUndefined();
    });

    it('gives a link that two use at once to one of them', async () => {
      const { identity } = room;
      const { secret } = await invite('race@example.org', { grants: [{ role: 'viewer', scope: everywhere }] });
      const results = await Promise.allSettled(
        ['one', 'two', 'three'].map((name) => identity.links.accept(secret, { name, password })),
      );
      expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(gone);
      expect((await identity.users.list()).filter(({ email }) => email === 'race@example.org')).toHaveLength(1);
    });

    it('knows no link that has ended, was taken back, replaced, or is no link', async () => {
      const { identity } = room;
      const { secret } = await invite('late@example.org');
      await room.later(8 * dayMs, async () => {
        expect(await identity.links.peek(secret)).toBeUndefined();
        await expect(identity.links.accept(secret, { name: 'L', password })).rejects.toMatchObject(gone);
      });
      const second = await invite('late@example.org', { lastsMs: 30 * dayMs });
      await expect(identity.links.accept(secret, { name: 'L', password })).rejects.toMatchObject(gone);
      await identity.links.revoke(second.link.id);
      await expect(identity.links.accept(second.secret, { name: 'L', password })).rejects.toMatchObject(gone);
      await expect(identity.links.revoke(second.link.id)).rejects.toMatchObject({ code: 'not-found' });
      for (const odd of ['', 'x', "' or 1=1 --", 'A'.repeat(43), `${secret}\n`]) {
        await expect(identity.links.accept(odd, { name: 'L', password })).rejects.toMatchObject(gone);
      }
    });

    it('refuses to invite whom there is, to what there is not, and for too long', async () => {
      const { identity } = room;
      await expect(invite('root@example.org')).rejects.toMatchObject({ code: 'conflict' });
      await expect(invite('no address')).rejects.toMatchObject({ code: 'bad-request' });
      await expect(invite('x@example.org', { teams: ['none'] })).rejects.toMatchObject({ code: 'bad-request' });
      await expect(invite('x@example.org', { lastsMs: 31 * dayMs })).rejects.toMatchObject({ code: 'bad-request' });
      const king = { grants: [{ role: 'king', scope: everywhere }] };
      await expect(invite('x@example.org', king)).rejects.toMatchObject({ code: 'bad-request' });
      await identity.roles.create({
        name: 'promised',
        description: '',
        patterns: ['container.list'],
        hostAccess: false,
        seeSecrets: false,
      });
      const { link } = await invite('x@example.org', { grants: [{ role: 'promised', scope: everywhere }] });
      await expect(identity.roles.remove('promised')).rejects.toThrow('invitation of x@example.org');
      await identity.links.revoke(link.id);
      await identity.roles.remove('promised');
    });

    it('resets a password once, which ends every session and what lives on them', async () => {
      const { identity } = room;
      const user = await room.newUser('the old password');
      const { client, principal } = await room.signedIn(user);
      const seen: (UserPrincipal | undefined)[] = [];
      const stop = identity.watch(principal, (current) => seen.push(current));
      const first = await identity.links.resetPassword(user.id, 'root@example.org');
      const { link, secret } = await identity.links.resetPassword(user.id, 'root@example.org');
      expect(link).toMatchObject({ kind: 'reset', email: user.email, createdBy: 'root@example.org' });
      // Only the newest works, and asking for one changes nothing yet.
      await expect(identity.links.accept(first.secret, { password })).rejects.toMatchObject(gone);
      expect(await identity.bySession(client)).toBeDefined();
      await room.later(25 * 3600_000, () => expect(identity.links.peek(secret)).resolves.toBeUndefined());
      await expect(identity.links.accept(secret, { password: user.email })).rejects.toMatchObject({
        code: 'bad-request',
      });
      expect(await identity.links.accept(secret, { password })).toMatchObject({ kind: 'reset', user: { id: user.id } });
      expect(await identity.bySession(client)).toBeUndefined();
      await waitFor('what is open to end', () => seen.length > 0 && seen.at(-1) === undefined);
      stop();
      expect(await identity.checkPassword(user.email, 'the old password', '10.0.0.1')).toBeUndefined();
      expect(await identity.checkPassword(user.email, password, '10.0.0.1')).toBeDefined();
      await expect(identity.links.accept(secret, { password: 'yet another one' })).rejects.toMatchObject(gone);
    });

    it('ends a reset link with a new password, and with the user', async () => {
      const { identity } = room;
      const user = await room.newUser('the old password');
      const one = await identity.links.resetPassword(user.id, 'x');
      await identity.users.changePassword(user.id, 'the old password', 'a newer password');
      await expect(identity.links.accept(one.secret, { password })).rejects.toMatchObject(gone);
      const two = await identity.links.resetPassword(user.id, 'x');
      await identity.users.update(user.id, { disabled: true });
      await expect(identity.links.accept(two.secret, { password })).rejects.toMatchObject(gone);
      await expect(identity.links.resetPassword(user.id, 'x')).rejects.toMatchObject({ code: 'conflict' });
      await identity.users.update(user.id, { disabled: false });
      const three = await identity.links.resetPassword(user.id, 'x');
      await identity.users.remove(user.id);
      await expect(identity.links.accept(three.secret, { password })).rejects.toMatchObject(gone);
    });
  });
}
