import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import type { ProviderOptions } from '#lib/shared/sign-in.ts';
import type { OpenDatabase } from './identity.contract.ts';
import { openIdentity } from './open-identity.ts';
import type { SsoClaims } from './sso/types.ts';
import type { Identity } from './types.ts';

const secrets = secretBox('a secret for the tests');

/** Whom a provider's word lets in, and into which teams, whichever database lies under the room. */
export function describeSso(title: string, prepare: () => Promise<OpenDatabase>): void {
  describe(title, () => {
    let db: Database;
    let identity: Identity;
    let serial = 0;

    beforeAll(async () => {
      db = await (await prepare())();
      identity = await openIdentity({ db, secrets, admin: { email: 'root@example.org', password: 'correct horse' } });
    });
    afterAll(async () => {
      await identity.stop();
      await db.destroy();
    });

    // GitHub's addresses are known, so nothing is called.
    const provider = (options: Partial<ProviderOptions> & { groups?: { group: string; teamId: string }[] } = {}) =>
      identity.sso.create({
        id: `p${++serial}`,
        kind: 'github',
        name: 'Provider',
        url: '',
        clientId: 'client',
        clientSecret: 'the client secret',
        enabled: true,
        ...options,
      });
    const claims = (providerId: string, more: Partial<SsoClaims> = {}): SsoClaims => ({
      providerId,
      issuer: 'https://github.com',
      subject: `s${++serial}`,
      email: `s${serial}@acme.example`,
      emailVerified: true,
      name: 'Somebody',
      groups: [],
      state: `state ${serial}`,
      ...more,
    });
    const team = async () => (await identity.teams.create({ name: `Team ${++serial}`, description: '' })).id;
    const again = (old: SsoClaims, more: Partial<SsoClaims> = {}) => ({ ...old, state: `state ${++serial}`, ...more });
    async function admitted(given: SsoClaims): Promise<string> {
      const admission = await identity.sso.admit(given);
      if ('refusal' in admission) throw new Error(`refused: ${admission.refusal}`);
      return admission.user.id;
    }
    const teamsOf = async (userId: string) => (await identity.teams.ofUser(userId)).map(({ id }) => id).sort();

    it('takes an answer once', async () => {
      const { id } = await provider();
      const given = claims(id);
      await admitted(given);
      expect(await identity.sso.admit(given)).toEqual({ refusal: 'sso-replayed' });
    });

    it('knows people by issuer and subject: another issuer behind the same provider brings other people', async () => {
      const { id } = await provider();
      const given = claims(id);
      const userId = await admitted(given);
      expect(await admitted(again(given))).toBe(userId);
      expect(await identity.sso.admit(again(given, { issuer: 'https://other.example' }))).toEqual({
        refusal: 'sso-taken',
      });
      const { id: other } = await provider();
      expect(await identity.sso.admit(again(given, { providerId: other }))).toEqual({ refusal: 'sso-taken' });
    });

    it('keeps domains and switches at every sign-in, not at the first alone', async () => {
      const { id } = await provider({ emailDomains: ['acme.example'] });
      const given = claims(id);
      const userId = await admitted(given);
      const refused = async (more: Partial<SsoClaims>) => identity.sso.admit(again(given, more));
      expect(await refused({ email: 'x@evil.example' })).toEqual({ refusal: 'sso-domain' });
      expect(await refused({ email: 'x@sub.acme.example' })).toEqual({ refusal: 'sso-domain' });
      expect(await refused({ emailVerified: false })).toEqual({ refusal: 'sso-unverified' });
      expect(await refused({ email: 'no address' })).toEqual({ refusal: 'sso-no-email' });
      await identity.users.update(userId, { disabled: true });
      expect(await refused({})).toEqual({ refusal: 'sso-disabled' });
      await identity.users.update(userId, { disabled: false });
      await identity.sso.update(id, { enabled: false });
      expect(await refused({})).toEqual({ refusal: 'sso-disabled' });
      expect(await identity.sso.open(id)).toBeUndefined();
    });

    it('lets in whom the rule says, and makes nobody an administrator', async () => {
      const { id: knownOnly } = await provider({ admit: 'known' });
      expect(await identity.sso.admit(claims(knownOnly))).toEqual({ refusal: 'sso-not-admitted' });
      const { id } = await provider();
      const userId = await admitted(claims(id));
      expect(await identity.grants.ofUser(userId)).toEqual([]);
      expect(await identity.users.hasPassword(userId)).toBe(false);
    });

    it('never gives an account of an administrator or of a service to whoever brings its e-mail', async () => {
      const { id } = await provider({ linkByEmail: true });
      expect(await identity.sso.admit(claims(id, { email: 'root@example.org' }))).toEqual({ refusal: 'sso-taken' });
      const local = await identity.users.create({ email: 'local@acme.example', name: 'Local' });
      const scope = { kind: 'tag', value: 'prod' } as const;
      const grant = { subjectKind: 'user', subjectId: local.id, role: 'administrator', scope } as const;
      const { id: grantId } = await identity.grants.add(grant);
      const given = claims(id, { email: 'Local@acme.example' });
      expect(await identity.sso.admit(given)).toEqual({ refusal: 'sso-taken' });
      await identity.grants.remove(grantId);
      expect(await admitted(again(given))).toBe(local.id);
    });

    it('ends every way into an account that is given to whoever brings its e-mail: it may have been prepared', async () => {
      const { id } = await provider({ linkByEmail: true });
      const email = 'prepared@acme.example';
      const prepared = await identity.users.create({ email, name: 'Not yet', password: 'of somebody else' });
      const { secret } = await identity.tokens.create({ userId: prepared.id, name: 'waiting' });
      const byToken = () => identity.byToken({ headers: { authorization: `Bearer ${secret}` }, address: '' });
      await identity.sessions.create(prepared.id, { headers: {}, address: '' });
      const link = await identity.links.resetPassword(prepared.id, 'x');
      const elsewhere = claims((await provider()).id);
      await identity.sso.admit(elsewhere, prepared.id);
      expect(await byToken()).toBeDefined();
      expect(await admitted(claims(id, { email }))).toBe(prepared.id);
      expect(await identity.users.hasPassword(prepared.id)).toBe(false);
      expect(await identity.checkPassword(email, 'of somebody else', '10.0.0.1')).toBeUndefined();
      expect([await byToken(), await identity.tokens.list(prepared.id)]).toEqual([undefined, []]);
      expect(await identity.sessions.list(prepared.id)).toEqual([]);
      expect(await identity.links.peek(link.secret)).toBeUndefined();
      expect(await identity.sso.admit(again(elsewhere))).not.toMatchObject({ user: { id: prepared.id } });
    });

    it('brings the teams in step with the groups, and leaves what others decide', async () => {
      const [a, b, manual, theirs] = [await team(), await team(), await team(), await team()];
      const { id } = await provider({
        groups: [
          { group: 'ga', teamId: a },
          { group: 'gb', teamId: b },
          { group: 'gb', teamId: a },
        ],
      });
      const { id: other } = await provider({ groups: [{ group: 'gt', teamId: theirs }] });
      const given = claims(id, { groups: ['ga', 'unmapped'] });
      const userId = await admitted(given);
      await identity.teams.addMember(manual, userId);
      expect(await teamsOf(userId)).toEqual([a, manual].sort());
      await identity.sso.admit(claims(other, { groups: ['gt'] }), userId);
      expect(await teamsOf(userId)).toEqual([a, manual, theirs].sort());
      await admitted(again(given, { groups: ['gb'] }));
      expect(await teamsOf(userId)).toEqual([a, b, manual, theirs].sort());
      await admitted(again(given, { groups: [] }));
      expect(await teamsOf(userId)).toEqual([manual, theirs].sort());
      await identity.sso.remove(other);
      expect(await teamsOf(userId)).toEqual([manual]);
    });

    it('takes the teams of whoever is refused for want of a group', async () => {
      const teamId = await team();
      const { id } = await provider({ admit: 'mapped', groups: [{ group: 'g', teamId }] });
      expect(await identity.sso.admit(claims(id))).toEqual({ refusal: 'sso-not-admitted' });
      const given = claims(id, { groups: ['g'] });
      const userId = await admitted(given);
      expect(await identity.sso.admit(again(given, { groups: [] }))).toEqual({ refusal: 'sso-not-admitted' });
      expect(await teamsOf(userId)).toEqual([]);
    });

    it('connects an account to who asked, never one that is connected to somebody else', async () => {
      const { id } = await provider();
      const given = claims(id);
      await admitted(given);
      const local = await identity.users.create({ email: `c${++serial}@acme.example`, name: 'C' });
      expect(await identity.sso.admit(again(given), local.id)).toEqual({ refusal: 'sso-connected' });
      const own = claims(id, { email: undefined, emailVerified: false });
      expect(await identity.sso.admit(own, local.id)).toMatchObject({ user: { id: local.id } });
      expect(await admitted(again(own))).toBe(local.id);
      expect(await identity.sso.connections(local.id)).toMatchObject([{ providerId: id, subject: own.subject }]);
      await expect(identity.sso.disconnect(local.id, id)).rejects.toMatchObject({ code: 'conflict' });
      await identity.users.setPassword(local.id, 'a password of its own');
      await identity.sso.disconnect(local.id, id);
      expect(await identity.sso.connections(local.id)).toEqual([]);
    });

    it('stores the client secret encrypted, shows it to nobody, and sends it to no other address', async () => {
      const { id, ...shown } = await provider();
      expect(JSON.stringify(shown)).not.toContain('the client secret');
      const row = await db.selectFrom('sso_providers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      expect(JSON.stringify(row)).not.toContain('the client secret');
      expect(await identity.sso.open(id)).toMatchObject({ clientSecret: 'the client secret' });
      await identity.sso.update(id, { name: 'Other' });
      expect(await identity.sso.open(id)).toMatchObject({ name: 'Other', clientSecret: 'the client secret' });
      await expect(identity.sso.update(id, { url: 'https://github.acme.example' })).rejects.toMatchObject({
        code: 'bad-request',
      });
    });
  });
}
