import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { defaultSettings, type Settings } from '#lib/shared/settings.ts';
import { type OpenDatabase, openRoom, type Room } from '#tests/identity/room.ts';
import { waitFor } from '#tests/lab/wait.ts';

const minuteMs = 60_000;
const dayMs = 24 * 3600_000;

/** The settings, and what sessions, passwords and the throttle do by them. */
export function describeSettings(title: string, prepare: () => Promise<OpenDatabase>): void {
  describe(title, () => {
    let room: Room;
    beforeAll(async () => {
      room = await openRoom(await prepare());
    });
    afterAll(() => room.stop());

    it('begins with the defaults, changes part by part, and tells it here and in another process', async () => {
      const { identity } = room;
      expect(identity.settings.get()).toEqual(defaultSettings);
      const other = await room.another();
      const told: Settings[] = [];
      const stop = other.identity.settings.onChange((settings) => told.push(settings));
      const network = { allowedOrigins: ['https://Ops.example.org/x'], trustedProxies: ['10.0.0.0/8', '::1'] };
      await identity.settings.update({ banner: ' Be careful. ', network });
      const now = identity.settings.get();
      expect(now).toMatchObject({ banner: 'Be careful.', secondFactor: 'optional' });
      expect(now.network).toEqual({ ...network, allowedOrigins: ['https://ops.example.org'] });
      await waitFor('the other process to hear of it', () => told.length > 0);
      expect(other.identity.settings.get()).toEqual(now);
      stop();
      await other.identity.settings.update({ network: { trustedProxies: [] } });
      await waitFor('this process to hear of it', () => identity.settings.get().network.trustedProxies.length === 0);
      expect(identity.settings.get().network.allowedOrigins).toEqual(['https://ops.example.org']);
      await identity.settings.update({ banner: '', network: { allowedOrigins: [] } });
      await other.stop();
    });

    it('refuses what would be none, and what would trust everybody', async () => {
      const { settings } = room.identity;
      const before = settings.get();
      const wrong = [
        { sessions: { lengthHours: 0 } },
        { sessions: { idleMinutes: 1 } },
        { passwords: { minLength: 4 } },
        { signInThrottle: { freePerPair: 0 } },
        { network: { trustedProxies: ['0.0.0.0/0'] } },
        { network: { trustedProxies: ['::/0'] } },
        { network: { trustedProxies: ['proxy.local'] } },
        { network: { allowedOrigins: ['javascript:alert(1)'] } },
        { banner: 'x'.repeat(501) },
      ];
      for (const change of wrong) {
        await expect(settings.update(change), JSON.stringify(change)).rejects.toMatchObject({ code: 'bad-request' });
      }
      expect(settings.get()).toEqual(before);
    });

    it('ends a session whose person does nothing, for good; what a page asks for by itself is nothing', async () => {
      const { identity } = room;
      await identity.settings.update({ sessions: { idleMinutes: 30 } });
      const user = await room.newUser();
      const [active, idle, typing] = [await room.signedIn(user), await room.signedIn(user), await room.signedIn(user)];
      const byItself = { ...idle.client, headers: { ...idle.client.headers, 'x-pilothouse-unattended': '1' } };
      await room.later(20 * minuteMs, async () => {
        expect(await identity.bySession(active.client)).toBeDefined();
        expect(await identity.bySession(byItself)).toBeDefined();
        identity.touch(typing.principal);
      });
      await room.later(40 * minuteMs, async () => {
        expect(await identity.bySession(active.client)).toBeDefined();
        expect(await identity.bySession(typing.client)).toBeDefined();
        expect(await identity.bySession(byItself)).toBeUndefined();
        expect((await identity.sessions.list(user.id)).map(({ id }) => id).sort()).toEqual(
          [active.id, typing.id].sort(),
        );
      });
      const unseen = await room.signedIn(user);
      // Neither a longer time, set later, nor the clock brings it back; nor one that nobody has asked for since.
      await room.later(40 * minuteMs, () => identity.settings.update({ sessions: { idleMinutes: null } }));
      expect(await identity.bySession(unseen.client)).toBeUndefined();
      expect(await identity.bySession(idle.client)).toBeUndefined();
    });

    it('does not end a session that another console has seen', async () => {
      const { identity, db } = room;
      await identity.settings.update({ sessions: { idleMinutes: 30 } });
      const { client, id } = await room.signedIn(await room.newUser());
      await room.later(40 * minuteMs, async () => {
        const seenAt = Date.now() + 35 * minuteMs;
        await db.updateTable('sessions').set({ last_seen_at: seenAt }).where('id', '=', id).execute();
        expect(await identity.bySession(client)).toBeDefined();
      });
      await identity.settings.update({ sessions: { idleMinutes: null } });
    });

    it('shortens open sessions with the setting, and tells what lives on them', async () => {
      const { identity } = room;
      const user = await room.newUser();
      const { client, principal, id } = await room.signedIn(user);
      const seen: (UserPrincipal | undefined)[] = [];
      const stop = identity.watch(principal, (current) => seen.push(current));
      await room.later(2 * 3600_000, async () => {
        expect(await identity.bySession(client)).toBeDefined();
        await identity.settings.update({ sessions: { lengthHours: 1 } });
        await waitFor('what is open to end', () => seen.length > 0 && seen.at(-1) === undefined);
        expect(await identity.bySession(client)).toBeUndefined();
      });
      stop();
      const fresh = await room.signedIn(user);
      const listed = (await identity.sessions.list(user.id)).find((session) => session.id === fresh.id);
      expect(listed?.expiresAt).toBeLessThanOrEqual(Date.now() + 3600_000);
      await identity.settings.update({ sessions: { lengthHours: 30 * 24 } });
      // A longer time is for sessions from now on: this one was promised an hour.
      await room.later(2 * 3600_000, async () => expect(await identity.bySession(fresh.client)).toBeUndefined());
      await room.later(8 * dayMs, async () => expect(await identity.bySession(client)).toBeUndefined());
      expect(id).toBeDefined();
      await identity.settings.update({ sessions: { lengthHours: 7 * 24 } });
    });

    it('holds every new password to the rules, whichever way it is set', async () => {
      const { identity } = room;
      const user = await room.newUser('the first password');
      const { secret } = await identity.links.resetPassword(user.id, 'x');
      await identity.settings.update({ passwords: { minLength: 16 } });
      const bad = { code: 'bad-request', message: expect.stringContaining('at least 16') };
      const short = 'a good password';
      await expect(room.newUser(short)).rejects.toMatchObject(bad);
      await expect(identity.users.setPassword(user.id, short)).rejects.toMatchObject(bad);
      await expect(identity.users.changePassword(user.id, 'the first password', short)).rejects.toMatchObject(bad);
      await expect(identity.links.accept(secret, { password: short })).rejects.toMatchObject(bad);
      await identity.settings.update({ passwords: { minLength: 8 } });
      await expect(identity.users.setPassword(user.id, 'Password123')).rejects.toThrow('everybody tries');
      await expect(identity.users.setPassword(user.id, `my ${user.email}`)).rejects.toThrow('e-mail');
      await identity.users.setPassword(user.id, short);
    });

    it('throttles by the numbers in force', async () => {
      const { identity } = room;
      const user = await room.newUser('the first password');
      await identity.settings.update({ signInThrottle: { freePerPair: 1 } });
      const check = () => identity.checkPassword(user.email, 'wrong', '10.9.9.9');
      expect(await check()).toBeUndefined();
      expect(await check()).toBeUndefined();
      await expect(check()).rejects.toMatchObject({ code: 'too-many' });
      await identity.settings.update({ signInThrottle: { freePerPair: 5 } });
    });
  });
}
