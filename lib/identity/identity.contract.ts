import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import type { Grant, UserPrincipal } from '#lib/shared/access.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { openIdentity } from './open-identity.ts';
import { createSessionCookies, sessionCookieName } from './session-cookie.ts';
import type { ClientFacts, Identity, User } from './types.ts';

const secrets = secretBox('a secret for the tests');
const everywhere = { kind: 'all', value: '' } as const;

/** A second process on the same database: a second connection with a room of its own. */
export type OpenDatabase = () => Promise<Database>;

/** What the identity room guarantees, whichever database lies under it. */
export function describeIdentity(title: string, prepare: () => Promise<OpenDatabase>): void {
  describe(title, () => {
    let open: OpenDatabase;
    let db: Database;
    let identity: Identity;
    let clock = 0;
    let made = 0;

    beforeAll(async () => {
      open = await prepare();
      db = await open();
      identity = await openIdentity({
        db,
        secrets,
        admin: { email: 'Root@Example.org', password: 'correct horse' },
        now: () => Date.now() + clock,
      });
    });
    afterAll(async () => {
      await identity.stop();
      await db.destroy();
    });

    const newUser = (password?: string) =>
      identity.users.create({ email: `user${++made}@example.org`, name: `User ${made}`, password });
    const grantTo = (user: User, role: string, more: Partial<Grant> = {}) =>
      identity.grants.add({ subjectKind: 'user', subjectId: user.id, role, scope: everywhere, ...more });
    const bearer = (secret: string): ClientFacts => ({
      headers: { authorization: `Bearer ${secret}` },
      address: '10.0.0.9',
    });
    async function signedIn(user: User): Promise<{ id: string; client: ClientFacts; principal: UserPrincipal }> {
      const session = await identity.sessions.create(user.id, {
        headers: { 'user-agent': 'Test/1' },
        address: '10.0.0.9',
      });
      const cookie = await createSessionCookies(identity.jwtSecret).write(session.id);
      const client = { headers: { cookie: `a=b; ${sessionCookieName}=${cookie}` }, address: '10.0.0.9' };
      const principal = await identity.bySession(client);
      if (!principal) throw new Error('The session that was just made is not known.');
      return { id: session.id, client, principal };
    }

    it('makes the first administrator from the environment, once', async () => {
      const root = await identity.users.byEmail('root@example.org');
      expect(root).toMatchObject({ email: 'root@example.org', name: 'Root', disabled: false });
      expect(identity.setupSecret()).toBeUndefined();
      const again = await openIdentity({ db, secrets, admin: { email: 'x@example.org', password: 'long enough' } });
      expect(await identity.users.byEmail('x@example.org')).toBeUndefined();
      await again.stop();
    });

    it('checks passwords: right, wrong, unknown e-mail, disabled, without a password', async () => {
      const user = await newUser('a good password');
      const check = (email: string, password: string) => identity.checkPassword(email, password, '10.1.0.1');
      expect(await check(`  ${user.email.toUpperCase()}`, 'a good password')).toMatchObject({ id: user.id });
      expect(await check(user.email, 'a bad password')).toBeUndefined();
      expect(await check('nobody@example.org', 'a good password')).toBeUndefined();
      expect(await check(user.email, 'x'.repeat(100_000))).toBeUndefined();
      expect(await check((await newUser()).email, '')).toBeUndefined();
      await identity.users.update(user.id, { disabled: true });
      expect(await check(user.email, 'a good password')).toBeUndefined();
    });

    it('never hands out password hashes or token hashes', async () => {
      const user = await newUser('a good password');
      await identity.tokens.create({ userId: user.id, name: 'ci' });
      const shown = JSON.stringify([await identity.users.list(), await identity.tokens.list()]);
      expect(shown).not.toMatch(/argon2|scrypt|hash/i);
    });

    it('refuses a second user of the same e-mail, also when both come at once', async () => {
      const input = { email: 'twin@example.org', name: 'Twin' };
      const results = await Promise.allSettled([identity.users.create(input), identity.users.create(input)]);
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      await expect(identity.users.create({ ...input, email: 'TWIN@example.org' })).rejects.toMatchObject({
        code: 'conflict',
      });
      await expect(identity.users.create({ email: 'no address', name: 'x' })).rejects.toMatchObject({
        code: 'bad-request',
      });
      await expect(
        identity.users.create({ email: 'y@example.org', name: 'x', password: 'short' }),
      ).rejects.toMatchObject({ code: 'bad-request' });
    });

    it('knows a session by its cookie, until it is revoked', async () => {
      const user = await newUser();
      const { id, client, principal } = await signedIn(user);
      expect(principal).toMatchObject({
        kind: 'user',
        userId: user.id,
        via: { kind: 'session', id },
        address: '10.0.0.9',
        grants: [],
      });
      expect(await identity.sessions.list(user.id)).toMatchObject([{ id, userAgent: 'Test/1', address: '10.0.0.9' }]);
      await identity.sessions.revoke(id);
      expect(await identity.bySession(client)).toBeUndefined();
      expect(await identity.sessions.list(user.id)).toEqual([]);
    });

    it('takes no cookie of another key, no tossed second cookie, and no session as a bearer token', async () => {
      const { id, client } = await signedIn(await newUser());
      const cookie = client.headers.cookie ?? '';
      const jwt = cookie.split('=').at(-1) ?? '';
      const foreign = await createSessionCookies('another secret').write(id);
      const headers = (value: string) => ({ headers: { cookie: value }, address: '' });
      expect(await identity.bySession(headers(`${sessionCookieName}=${foreign}`))).toBeUndefined();
      expect(await identity.bySession(headers(`${cookie}; ${sessionCookieName}=x`))).toBeUndefined();
      expect(await identity.bySession(headers(`${sessionCookieName}=garbage`))).toBeUndefined();
      expect(await identity.bySession({ headers: {}, address: '' })).toBeUndefined();
      expect(await identity.byToken(bearer(jwt))).toBeUndefined();
    });

    it('ends a session at its time', async () => {
      const { client } = await signedIn(await newUser());
      clock += 8 * 24 * 3600_000;
      try {
        expect(await identity.bySession(client)).toBeUndefined();
      } finally {
        clock = 0;
      }
    });

    it('knows a token until it is revoked or ends, and shows it once', async () => {
      const user = await newUser();
      await grantTo(user, 'viewer');
      const { token, secret } = await identity.tokens.create({ userId: user.id, name: 'ci' });
      expect(secret).toMatch(/^phk_[A-Za-z0-9_-]{43}$/);
      expect(token).toMatchObject({ name: 'ci', hint: secret.slice(0, 8) });
      const principal = await identity.byToken(bearer(secret));
      expect(principal).toMatchObject({ userId: user.id, via: { kind: 'token', id: token.id, name: 'ci' } });
      expect(principal?.grants.map((grant) => grant.role)).toEqual(['viewer']);
      expect((await identity.tokens.list(user.id))[0]?.lastUsedAt).toBeGreaterThan(0);
      expect(await identity.byToken(bearer(`${secret.slice(0, -1)}~`))).toBeUndefined();
      expect(await identity.byToken(bearer(`phk_${'A'.repeat(43)}`))).toBeUndefined();
      await identity.tokens.revoke(token.id);
      expect(await identity.byToken(bearer(secret))).toBeUndefined();

      const ending = await identity.tokens.create({ userId: user.id, name: 'soon', expiresAt: Date.now() + 60_000 });
      expect(await identity.byToken(bearer(ending.secret))).toBeDefined();
      clock += 61_000;
      try {
        expect(await identity.byToken(bearer(ending.secret))).toBeUndefined();
      } finally {
        clock = 0;
      }
      await expect(
        identity.tokens.create({ userId: user.id, name: 'past', expiresAt: Date.now() - 1 }),
      ).rejects.toMatchObject({ code: 'bad-request' });
    });

    it('gives a principal its grants at once, keeps them the same object while nothing changes, and drops ended ones', async () => {
      const user = await newUser();
      const { client } = await signedIn(user);
      const grant = await grantTo(user, 'operator', { scope: { kind: 'tag', value: 'prod' }, reason: ' shift ' });
      const before = await identity.bySession(client);
      expect(before?.grants).toMatchObject([{ id: grant.id, role: 'operator', scope: { kind: 'tag', value: 'prod' } }]);
      expect((await identity.bySession(client))?.grants).toBe(before?.grants);
      await identity.grants.remove(grant.id);
      expect((await identity.bySession(client))?.grants).toEqual([]);
      await grantTo(user, 'viewer', { expiresAt: Date.now() + 60_000 });
      expect((await identity.bySession(client))?.grants).toHaveLength(1);
      clock += 61_000;
      try {
        expect((await identity.bySession(client))?.grants).toEqual([]);
      } finally {
        clock = 0;
      }
    });

    it('refuses grants of unknown roles, to nobody, over half a scope, and the same grant twice', async () => {
      const user = await newUser();
      await grantTo(user, 'viewer');
      await expect(grantTo(user, 'viewer')).rejects.toMatchObject({ code: 'conflict' });
      await expect(grantTo(user, 'superuser')).rejects.toMatchObject({ code: 'bad-request' });
      await expect(grantTo(user, 'viewer', { scope: { kind: 'tag', value: '' } })).rejects.toMatchObject({
        code: 'bad-request',
      });
      await expect(grantTo({ ...user, id: 'nobody' }, 'viewer')).rejects.toMatchObject({ code: 'not-found' });
      await expect(grantTo(user, 'operator', { expiresAt: 1 })).rejects.toMatchObject({ code: 'bad-request' });
    });

    it('ends everything of a user who is disabled, and nothing comes back with enabling', async () => {
      const user = await newUser();
      const { client } = await signedIn(user);
      const { secret } = await identity.tokens.create({ userId: user.id, name: 'ci' });
      await identity.users.update(user.id, { disabled: true });
      expect(await identity.bySession(client)).toBeUndefined();
      expect(await identity.byToken(bearer(secret))).toBeUndefined();
      await identity.users.update(user.id, { disabled: false });
      expect(await identity.bySession(client)).toBeUndefined();
    });

    it('removes a user with his sessions, tokens and grants', async () => {
      const user = await newUser();
      const { client } = await signedIn(user);
      const { secret } = await identity.tokens.create({ userId: user.id, name: 'ci' });
      await grantTo(user, 'viewer');
      await identity.users.remove(user.id);
      expect(await identity.bySession(client)).toBeUndefined();
      expect(await identity.byToken(bearer(secret))).toBeUndefined();
      expect(await identity.grants.list({ kind: 'user', id: user.id })).toEqual([]);
      await expect(identity.users.remove(user.id)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('lets a person change the password with the old one alone, and ends the other sessions', async () => {
      const user = await newUser('the first password');
      const here = await signedIn(user);
      const there = await signedIn(user);
      const change = (current: string, next: string) => identity.users.changePassword(user.id, current, next, here.id);
      await expect(change('a wrong password', 'the second password')).rejects.toMatchObject({ code: 'forbidden' });
      await expect(change('the first password', 'short')).rejects.toMatchObject({ code: 'bad-request' });
      await change('the first password', 'the second password');
      expect(await identity.bySession(here.client)).toBeDefined();
      expect(await identity.bySession(there.client)).toBeUndefined();
      expect(await identity.checkPassword(user.email, 'the second password', '10.1.0.2')).toBeDefined();
      await identity.users.setPassword(user.id, 'the third password');
      expect(await identity.bySession(here.client)).toBeUndefined();
    });

    it('never lets the last administrator be disabled, removed or ungranted, also not by two at once', async () => {
      const root = await identity.users.byEmail('root@example.org');
      if (!root) throw new Error('no root');
      const grant = (await identity.grants.list({ kind: 'user', id: root.id }))[0];
      const conflict = { code: 'conflict' };
      await expect(identity.users.update(root.id, { disabled: true })).rejects.toMatchObject(conflict);
      await expect(identity.users.remove(root.id)).rejects.toMatchObject(conflict);
      await expect(identity.grants.remove(grant?.id ?? '')).rejects.toMatchObject(conflict);

      // One that ends by itself, or one of a single engine, does not count as a way back.
      const second = await newUser();
      await grantTo(second, 'administrator', { expiresAt: Date.now() + 60_000 });
      await grantTo(second, 'administrator', { scope: { kind: 'engine', value: 'e1' } });
      await expect(identity.users.remove(root.id)).rejects.toMatchObject(conflict);
      await grantTo(second, 'administrator');
      const both = await Promise.allSettled([
        identity.users.update(root.id, { disabled: true }),
        identity.users.update(second.id, { disabled: true }),
      ]);
      expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
      await identity.users.update(root.id, { disabled: false });
      await identity.users.update(second.id, { disabled: false });
    });

    it('pushes changes to those who watch, and the end of what they live on', async () => {
      const user = await newUser();
      const { id, principal } = await signedIn(user);
      const seen: (UserPrincipal | undefined)[] = [];
      const stop = identity.watch(principal, (current) => seen.push(current));
      await grantTo(user, 'viewer');
      await waitFor('the grant', () => seen.length === 1);
      expect(seen[0]?.grants).toMatchObject([{ role: 'viewer' }]);
      const other = await signedIn(await newUser());
      await identity.sessions.revoke(other.id);
      await identity.sessions.revoke(id);
      await waitFor('the end', () => seen.length === 2);
      expect(seen[1]).toBeUndefined();
      stop();
    });

    it('tells a new watcher what changed since he was looked up, and nobody after he stopped', async () => {
      const user = await newUser();
      const { id, principal } = await signedIn(user);
      await grantTo(user, 'viewer');
      const late: (UserPrincipal | undefined)[] = [];
      const stopped: unknown[] = [];
      identity.watch(principal, (current) => stopped.push(current))();
      const stop = identity.watch(principal, (current) => late.push(current));
      await waitFor('the missed grant', () => late.length === 1);
      await identity.sessions.revoke(id);
      await waitFor('the end', () => late.length === 2);
      expect(stopped).toEqual([]);
      stop();
    });

    it('ends a watch when time ends the grant, and when it ends the token', async () => {
      const user = await newUser();
      const { principal } = await signedIn(user);
      const seen: (UserPrincipal | undefined)[] = [];
      const stop = identity.watch(principal, (current) => seen.push(current));
      const expiresAt = Date.now() + 4000;
      await grantTo(user, 'viewer', { expiresAt });
      const { secret } = await identity.tokens.create({ userId: user.id, name: 'x', expiresAt });
      const byToken = await identity.byToken(bearer(secret));
      if (!byToken) throw new Error('The token that was just made is not known.');
      const ends: unknown[] = [];
      const stopToken = identity.watch(byToken, (current) => ends.push(current));
      await waitFor('the grant to come', () => seen.length === 1);
      await waitFor('the grant to go', () => seen.length === 2);
      expect(seen.map((current) => current?.grants.length)).toEqual([1, 0]);
      await waitFor('the token to end', () => ends.at(-1) === undefined && ends.length > 0);
      stop();
      stopToken();
    });

    it('honours what another process changes: at the next lookup, and pushed to those who watch', async () => {
      const user = await newUser();
      const { client, principal } = await signedIn(user);
      const { token, secret } = await identity.tokens.create({ userId: user.id, name: 'ci' });
      expect(await identity.byToken(bearer(secret))).toBeDefined();
      const seen: (UserPrincipal | undefined)[] = [];
      const stop = identity.watch(principal, (current) => seen.push(current));

      const otherDb = await open();
      const other = await openIdentity({ db: otherDb, secrets, withoutSetup: true });
      await other.grants.add({ subjectKind: 'user', subjectId: user.id, role: 'viewer', scope: everywhere });
      await waitFor('the grant of the other process', () => seen.length === 1);
      expect((await identity.bySession(client))?.grants).toHaveLength(1);
      await other.tokens.revoke(token.id);
      await waitFor('the token to be gone', async () => (await identity.byToken(bearer(secret))) === undefined);
      const fresh = await other.tokens.create({ userId: user.id, name: 'fresh' });
      expect(await identity.byToken(bearer(fresh.secret))).toBeDefined();
      await other.users.update(user.id, { disabled: true });
      await waitFor('the end', () => seen.length === 2);
      expect(seen[1]).toBeUndefined();
      await other.stop();
      await otherDb.destroy();
      stop();
    });

    it('binds form secrets to the session', async () => {
      const user = await newUser();
      const [one, two] = [await signedIn(user), await signedIn(user)];
      const token = identity.csrfToken(one.principal);
      expect(identity.checkCsrfToken(one.principal, token)).toBe(true);
      expect(identity.checkCsrfToken(two.principal, token)).toBe(false);
      expect(identity.checkCsrfToken(one.principal, '')).toBe(false);
    });
  });
}

/** The way to the first administrator without one in the environment, on a database of its own. */
export function describeSetup(title: string, prepare: () => Promise<OpenDatabase>): void {
  describe(title, () => {
    // Attack: first-run race (portainer #2475).
    it('opens the setup link once, to whoever has its secret alone', async () => {
      const db = await (await prepare())();
      const identity = await openIdentity({ db, secrets });
      const secret = identity.setupSecret();
      const input = { email: 'first@example.org', name: 'First', password: 'long enough' };
      expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
      await expect(identity.completeSetup('wrong', input)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(identity.completeSetup('', input)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(identity.completeSetup(secret ?? '', { ...input, password: 'x' })).rejects.toMatchObject({
        code: 'bad-request',
      });
      const both = await Promise.allSettled([
        identity.completeSetup(secret ?? '', input),
        identity.completeSetup(secret ?? '', { ...input, email: 'second@example.org' }),
      ]);
      expect(both.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      expect(identity.setupSecret()).toBeUndefined();
      await expect(identity.completeSetup(secret ?? '', input)).rejects.toMatchObject({ code: 'forbidden' });
      expect(await identity.users.count()).toBe(1);
      await identity.stop();
      await db.destroy();
    });

    it('closes the setup link when the command line makes an administrator', async () => {
      const open = await prepare();
      const [db, otherDb] = [await open(), await open()];
      const identity = await openIdentity({ db, secrets });
      const other = await openIdentity({ db: otherDb, secrets, withoutSetup: true });
      const user = await other.users.create({ email: 'bin@example.org', name: 'Bin' });
      await other.grants.add({ subjectKind: 'user', subjectId: user.id, role: 'administrator', scope: everywhere });
      await waitFor('the link to close', () => identity.setupSecret() === undefined);
      await other.stop();
      await identity.stop();
      await otherDb.destroy();
      await db.destroy();
    });
  });
}
