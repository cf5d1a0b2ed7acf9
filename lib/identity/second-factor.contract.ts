import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { type Authenticator, makeAuthenticator } from '#tests/lab/authenticator.ts';
import { waitFor } from '#tests/lab/wait.ts';
import type { OpenDatabase } from './identity.contract.ts';
import { openIdentity } from './open-identity.ts';
import { totpCode } from './second-factor/totp.ts';
import { createSessionCookies, sessionCookieName } from './session-cookie.ts';
import { stepCookieName } from './sign-in-step.ts';
import type { ClientFacts, Identity, User } from './types.ts';

const secrets = secretBox('a secret for the tests');
const origin = 'https://console.example';
const place = { origin, rpId: 'console.example' };
let at = { address: '10.0.0.1', place };

/** What codes, passkeys and the rule that demands them guarantee, whichever database lies under the room. */
export function describeSecondFactors(title: string, prepare: () => Promise<OpenDatabase>): void {
  describe(title, () => {
    let db: Database;
    let identity: Identity;
    let clock = 0;
    let made = 0;
    const now = () => Date.now() + clock;

    beforeAll(async () => {
      db = await (await prepare())();
      const admin = { email: 'root@example.org', password: 'correct horse' };
      identity = await openIdentity({ db, secrets, admin, now });
    });
    afterAll(async () => {
      await identity.stop();
      await db.destroy();
    });

    interface Someone {
      user: User;
      client: ClientFacts;
      sessionId: string;
    }
    async function someone(password?: string): Promise<Someone> {
      // Each from a place of his own: one test's wrong codes must not hold back another's.
      at = { address: `10.0.0.${++made}`, place };
      const user = await identity.users.create({ email: `p${made}@example.org`, name: `P ${made}`, password });
      return { user, ...(await signedIn(user)) };
    }
    async function signedIn(user: User, secondFactor?: 'totp') {
      const session = await identity.sessions.create(user.id, { headers: {}, address: '10.0.0.1' }, secondFactor);
      const cookie = await createSessionCookies(identity.jwtSecret).write(session.id);
      const client = { headers: { cookie: `${sessionCookieName}=${cookie}` }, address: '10.0.0.1' };
      return { client, sessionId: session.id };
    }
    async function addTotp({ user, sessionId }: Someone) {
      const { secret, ticket } = identity.secondFactors.beginTotp(user);
      const code = totpCode(secret, now());
      const added = await identity.secondFactors.finishTotp(user.id, sessionId, { ticket, code, name: 'Phone' });
      return { secret, code, ...added };
    }
    async function addPasskey({ user, sessionId }: Someone, key: Authenticator) {
      const options = await identity.secondFactors.beginPasskey(user, sessionId, place);
      const input = { response: key.register(options, origin), name: 'Key' };
      return identity.secondFactors.finishPasskey(user.id, sessionId, input, place);
    }
    const verify = (user: User, code: string) => identity.secondFactors.verify(user.id, { kind: 'code', code }, at);
    const nextStep = () => {
      clock += 30_000;
      return now();
    };

    it('adds an app only with a right code of it, and takes each code once, the one of the enrolment included', async () => {
      const who = await someone();
      const { secret, ticket } = identity.secondFactors.beginTotp(who.user);
      const finish = (code: string, theTicket = ticket) =>
        identity.secondFactors.finishTotp(who.user.id, who.sessionId, { ticket: theTicket, code, name: 'Phone' });
      await expect(finish('000000')).rejects.toMatchObject({ code: 'bad-request' });
      const other = await someone();
      const stolen = identity.secondFactors.beginTotp(other.user);
      await expect(finish(totpCode(stolen.secret, now()), stolen.ticket)).rejects.toMatchObject({
        code: 'bad-request',
      });
      expect(await identity.secondFactors.step(who.user.id)).toEqual({ totp: false, passkey: false });

      const code = totpCode(secret, now());
      const { factor, recoveryCodes } = await finish(code);
      expect(factor).toMatchObject({ kind: 'totp', name: 'Phone' });
      expect(recoveryCodes).toHaveLength(10);
      expect(await verify(who.user, code)).toBeUndefined();
      const next = totpCode(secret, nextStep());
      expect(await verify(who.user, `${next.slice(0, 3)} ${next.slice(3)}`)).toBe('totp');
      expect(await verify(who.user, next)).toBeUndefined();
      // An older one that was never used is over, too.
      expect(await verify(who.user, totpCode(secret, now() - 30_000))).toBeUndefined();
    });

    it('takes one of two equal codes that come at once', async () => {
      const who = await someone();
      const { secret, recoveryCodes = [] } = await addTotp(who);
      const code = totpCode(secret, nextStep());
      const both = await Promise.all([verify(who.user, code), verify(who.user, code)]);
      expect(both.filter((used) => used === 'totp')).toHaveLength(1);
      const recovery = recoveryCodes[0] ?? '';
      const twice = await Promise.all([verify(who.user, recovery), verify(who.user, recovery)]);
      expect(twice.filter((used) => used === 'recovery')).toHaveLength(1);
      expect((await identity.secondFactors.list(who.user.id)).recoveryCodesLeft).toBe(9);
    });

    it("takes no code of another person, and no recovery code of one's old set", async () => {
      const who = await someone();
      const { recoveryCodes: old = [] } = await addTotp(who);
      const other = await someone();
      const { secret, recoveryCodes = [] } = await addTotp(other);
      expect(await verify(who.user, totpCode(secret, nextStep()))).toBeUndefined();
      expect(await verify(who.user, recoveryCodes[0] ?? '')).toBeUndefined();
      const fresh = await identity.secondFactors.makeRecoveryCodes(who.user.id);
      expect(await verify(who.user, old[0] ?? '')).toBeUndefined();
      expect(await verify(who.user, (fresh[0] ?? '').replaceAll('-', '').toUpperCase())).toBe('recovery');
    });

    it('stores neither shared secrets nor recovery codes as they are', async () => {
      const who = await someone();
      const { secret, recoveryCodes = [] } = await addTotp(who);
      const rows = JSON.stringify([
        await db.selectFrom('second_factors').selectAll().execute(),
        await db.selectFrom('recovery_codes').selectAll().execute(),
      ]);
      expect(rows).not.toContain(secret);
      for (const code of recoveryCodes) expect(rows).not.toContain(code.replaceAll('-', ''));
    });

    it('holds back whoever guesses codes, from one place and from many', async () => {
      const who = await someone();
      const { secret } = await addTotp(who);
      for (let i = 0; i < 6; i++) await verify(who.user, '123456');
      await expect(verify(who.user, totpCode(secret, now() + 30_000))).rejects.toMatchObject({ code: 'too-many' });
      const elsewhere = (n: number) =>
        identity.secondFactors.verify(who.user.id, { kind: 'code', code: '123456' }, { ...at, address: `10.9.${n}.1` });
      await expect(
        (async () => {
          for (let n = 0; n < 30; n++) await elsewhere(n);
        })(),
      ).rejects.toMatchObject({ code: 'too-many' });
    });

    it('adds a passkey for this console, this person and this session alone', async () => {
      const who = await someone();
      const { user, sessionId } = who;
      const key = makeAuthenticator();
      const begin = () => identity.secondFactors.beginPasskey(user, sessionId, place);
      const finish = (response: object, session = sessionId) =>
        identity.secondFactors.finishPasskey(user.id, session, { response, name: 'Key' }, place);
      const refused = { code: 'bad-request' };
      await expect(finish(key.register(await begin(), 'https://evil.example', place.rpId))).rejects.toMatchObject(
        refused,
      );
      await expect(finish(key.register(await begin(), origin, 'evil.example'))).rejects.toMatchObject(refused);
      const { sessionId: another } = await signedIn(user);
      await expect(finish(key.register(await begin(), origin), another)).rejects.toMatchObject(refused);
      const signIn = await identity.secondFactors.passkeyOptions(place);
      await expect(finish(key.register(signIn, origin))).rejects.toMatchObject(refused);
      const right = key.register(await begin(), origin);
      expect(await finish(right)).toMatchObject({ factor: { kind: 'passkey', name: 'Key' } });
      await expect(finish(right)).rejects.toMatchObject(refused);
      await expect(addPasskey(await someone(), key)).rejects.toMatchObject({ code: 'conflict' });
    });

    it('signs in by a passkey alone, once per challenge, only where the device knows its person', async () => {
      const who = await someone();
      const key = makeAuthenticator();
      await addPasskey(who, key);
      const options = () => identity.secondFactors.passkeyOptions(place);
      const signIn = (response: object) => identity.secondFactors.passkeySignIn(response, at);
      const response = key.assert(await options(), origin);
      expect(await signIn(response)).toMatchObject({ id: who.user.id });
      expect(await signIn(response)).toBeUndefined();
      key.verifiesUser = false;
      expect(await signIn(key.assert(await options(), origin))).toBeUndefined();
      key.verifiesUser = true;
      expect(await signIn(key.assert(await options(), 'https://evil.example', place.rpId))).toBeUndefined();
      expect(await signIn(key.assert(await options(), origin, 'evil.example'))).toBeUndefined();
      // A challenge of a second step must not do as a whole sign-in: the device may not have checked anybody for it.
      const second = await identity.secondFactors.passkeyOptions(place, who.user.id);
      expect(await signIn(key.assert(second, origin))).toBeUndefined();
      const stranger = makeAuthenticator();
      expect(await signIn(stranger.assert(await options(), origin))).toBeUndefined();
      await identity.users.update(who.user.id, { disabled: true });
      expect(await signIn(key.assert(await options(), origin))).toBeUndefined();
    });

    it('refuses a cloned key by its counter, and takes keys that do not count', async () => {
      const who = await someone();
      const key = makeAuthenticator();
      await addPasskey(who, key);
      const verifyKey = async (with_: Authenticator) => {
        const options = await identity.secondFactors.passkeyOptions(place, who.user.id);
        const given = { kind: 'passkey', response: with_.assert(options, origin) } as const;
        return identity.secondFactors.verify(who.user.id, given, at);
      };
      key.counter = 7;
      expect(await verifyKey(key)).toBe('passkey');
      key.counter = 5;
      expect(await verifyKey(key)).toBeUndefined();
      const synced = makeAuthenticator({ counts: false, verifiesUser: false });
      await addPasskey(who, synced);
      expect(await verifyKey(synced)).toBe('passkey');
      expect(await verifyKey(synced)).toBe('passkey');
    });

    it("takes no passkey challenge of another person's second step", async () => {
      const [who, other] = [await someone(), await someone()];
      const key = makeAuthenticator();
      await addPasskey(who, key);
      const options = await identity.secondFactors.passkeyOptions(place, other.user.id);
      const given = { kind: 'passkey', response: key.assert(options, origin) } as const;
      expect(await identity.secondFactors.verify(who.user.id, given, at)).toBeUndefined();
      expect(await identity.secondFactors.verify(other.user.id, given, at)).toBeUndefined();
    });

    it('makes a session of somebody who needs a second factor nobody, until he has given one; tokens go on', async () => {
      const who = await someone('a good password');
      await identity.grants.add({
        subjectKind: 'user',
        subjectId: who.user.id,
        role: 'administrator',
        scope: { kind: 'tag', value: 'prod' },
      });
      const { secret } = await identity.tokens.create({ userId: who.user.id, name: 'ci' });
      const byToken = () => identity.byToken({ headers: { authorization: `Bearer ${secret}` }, address: '' });
      const principal = await identity.bySession(who.client);
      if (!principal) throw new Error('The session that was just made is not known.');
      const seen: (UserPrincipal | undefined)[] = [];
      const stop = identity.watch(principal, (current) => seen.push(current));
      await identity.settings.update({ secondFactor: 'administrators' });
      try {
        // What was open before ends, too.
        await waitFor('the end of the streams', () => seen.length > 0 && seen.at(-1) === undefined);
        expect(await identity.bySession(who.client)).toBeUndefined();
        expect(await identity.byUnfinishedSession(who.client)).toMatchObject({ userId: who.user.id, grants: [] });
        expect(await byToken()).toBeDefined();
        expect(await identity.signInPolicy.needsSecondFactor(who.user.id)).toBe(true);
        const free = await someone();
        expect(await identity.bySession(free.client)).toBeDefined();
        expect(await identity.byUnfinishedSession(free.client)).toBeUndefined();

        await addTotp(who);
        expect(await identity.bySession(who.client)).toBeDefined();
        expect(await identity.byUnfinishedSession(who.client)).toBeUndefined();
        // A second session, by the password alone, is as unfinished as the first was.
        const again = await signedIn(who.user);
        expect(await identity.bySession(again.client)).toBeUndefined();
        const whole = await signedIn(who.user, 'totp');
        expect(await identity.bySession(whole.client)).toBeDefined();
      } finally {
        stop();
        await identity.settings.update({ secondFactor: 'optional' });
      }
    });

    it('keeps the last factor of who must have one, drops the codes with the last one, and ends all with a reset', async () => {
      const who = await someone();
      const { factor } = await addTotp(who);
      const { remove, reset, list, step } = identity.secondFactors;
      await expect(remove(who.user.id, factor.id, true)).rejects.toMatchObject({ code: 'conflict' });
      await expect(remove((await someone()).user.id, factor.id, false)).rejects.toMatchObject({ code: 'not-found' });
      await remove(who.user.id, factor.id, false);
      expect(await list(who.user.id)).toEqual({ factors: [], recoveryCodesLeft: 0 });
      await addTotp(who);
      await reset(who.user.id);
      expect(await step(who.user.id)).toEqual({ totp: false, passkey: false });
      expect(await identity.bySession(who.client)).toBeUndefined();
    });

    it('asks again for password or factor before what would keep or weaken an account', async () => {
      const who = await someone('a good password');
      const { secret, code } = await addTotp(who);
      const principal = await identity.bySession(who.client);
      if (!principal) throw new Error('no principal');
      const confirm = (proof: Parameters<Identity['confirm']>[1], fresh = false) =>
        identity.confirm(principal, proof, at, fresh);
      const forbidden = { code: 'forbidden' };
      await expect(confirm(undefined)).rejects.toMatchObject(forbidden);
      await confirm(undefined, true);
      await expect(confirm({ password: 'a bad password' }, true)).rejects.toMatchObject(forbidden);
      await expect(confirm({ code })).rejects.toMatchObject(forbidden);
      await confirm({ password: 'a good password' });
      await confirm({ code: totpCode(secret, nextStep()) });
      clock += 11 * 60_000;
      await expect(confirm(undefined, true)).rejects.toMatchObject(forbidden);
    });

    it('lets an open first step end with its time, with the account, and with the password that it was made by', async () => {
      const who = await someone('a good password');
      const client = async () => ({
        headers: { cookie: `${stepCookieName}=${await identity.signInSteps.begin(who.user.id, 'password')}` },
        address: '',
      });
      const open = await client();
      expect(await identity.signInSteps.read(open)).toMatchObject({ user: { id: who.user.id }, by: 'password' });
      // It is no session, whatever name it is given.
      const asSession = open.headers.cookie.replace(stepCookieName, sessionCookieName);
      expect(await identity.bySession({ headers: { cookie: asSession }, address: '' })).toBeUndefined();
      expect(await identity.bySession(open)).toBeUndefined();
      clock += 10 * 60_000 + 1000;
      expect(await identity.signInSteps.read(open)).toBeUndefined();
      const second = await client();
      await identity.users.setPassword(who.user.id, 'another password');
      expect(await identity.signInSteps.read(second)).toBeUndefined();
      const third = await client();
      await identity.users.update(who.user.id, { disabled: true });
      expect(await identity.signInSteps.read(third)).toBeUndefined();
    });

    it('switches passwords and lone passkeys off for all but the administrators who break the glass', async () => {
      const root = await identity.users.byEmail('root@example.org');
      const who = await someone('a good password');
      const key = makeAuthenticator();
      await addPasskey(who, key);
      const byKey = async () =>
        identity.secondFactors.passkeySignIn(
          key.assert(await identity.secondFactors.passkeyOptions(place), origin),
          at,
        );
      const bad = { code: 'bad-request' };
      await expect(identity.signInPolicy.update({ passwords: 'listed' })).rejects.toMatchObject(bad);
      await expect(
        identity.signInPolicy.update({ passwords: 'listed', breakGlass: [who.user.id] }),
      ).rejects.toMatchObject(bad);
      await identity.signInPolicy.update({ passwords: 'listed', breakGlass: [root?.id ?? ''] });
      try {
        expect(await identity.checkPassword(who.user.email, 'a good password', '10.2.0.1')).toBeUndefined();
        expect(await byKey()).toBeUndefined();
        expect(await identity.checkPassword('root@example.org', 'correct horse', '10.2.0.2')).toBeDefined();
      } finally {
        await identity.signInPolicy.update({ passwords: 'everyone' });
      }
      expect(await identity.checkPassword(who.user.email, 'a good password', '10.2.0.3')).toBeDefined();
      expect(await byKey()).toBeDefined();
    });
  });
}
