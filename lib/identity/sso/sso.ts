import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ChangeAccess } from '../access-change.ts';
import { createAdmit } from './admit.ts';
import { createDiscovery } from './discovery.ts';
import { dropUnmappedMembers, findProvider, parseProvider, replaceGroups, toProvider } from './provider-rows.ts';
import type { ProviderInput, Sso } from './types.ts';

export interface SsoParts {
  db: Database;
  secrets: SecretBox;
  changeAccess: ChangeAccess;
  now: () => number;
}

const secretPurpose = 'sso-client';
const providersMax = 20;

/** Identity providers over their tables. What changes is in force for the next sign-in, without a restart. */
export function createSso({ db, secrets, changeAccess, now }: SsoParts): Sso {
  const discover = createDiscovery(now);
  const stored = (input: ReturnType<typeof parseProvider>) => ({
    name: input.name,
    url: input.url,
    client_id: input.clientId,
    client_secret: secrets.seal(secretPurpose, input.clientSecret),
    options: JSON.stringify(input.options),
    enabled: Number(input.enabled),
  });
  const rowOf = (id: string) => db.selectFrom('sso_providers').selectAll().where('id', '=', id).executeTakeFirst();
  const mustFind = async (id: string) => {
    const provider = await findProvider(db, id);
    if (!provider) throw noProvider();
    return provider;
  };

  return {
    async list() {
      const groups = await db.selectFrom('sso_groups').selectAll().orderBy('group_name').execute();
      const rows = await db.selectFrom('sso_providers').selectAll().orderBy('created_at').execute();
      return rows.map((row) => toProvider(row, groups));
    },
    get: (id) => findProvider(db, id),
    async create(given) {
      const input = parseProvider(given);
      await discover(input.kind, input.url);
      await changeAccess(async (trx) => {
        const ids = await trx.selectFrom('sso_providers').select('id').execute();
        if (ids.some(({ id }) => id === input.id))
          throw appError('conflict', `There is a provider ${input.id} already.`);
        if (ids.length >= providersMax) throw appError('too-many', `There are ${providersMax} providers already.`);
        const row = { id: input.id, kind: input.kind, created_at: now(), ...stored(input) };
        await trx.insertInto('sso_providers').values(row).execute();
        await replaceGroups(trx, input.id, input.groups);
      });
      return mustFind(input.id);
    },
    async update(id, change) {
      const row = await rowOf(id);
      if (!row) throw noProvider();
      const before = await mustFind(id);
      const clientSecret = change.clientSecret || secrets.open(secretPurpose, row.client_secret);
      const whole: ProviderInput = { ...before, ...change, clientSecret };
      const input = parseProvider(whole);
      // A secret is for the provider that it was given for: it must not be sent to another address by changing that alone.
      if (input.url !== before.url && !change.clientSecret) {
        throw appError('bad-request', 'For another address, give the client secret again.');
      }
      if (input.url !== before.url) await discover(input.kind, input.url);
      await changeAccess(async (trx) => {
        await trx.updateTable('sso_providers').set(stored(input)).where('id', '=', id).execute();
        await replaceGroups(trx, id, input.groups);
      });
      return mustFind(id);
    },
    remove: (id) =>
      changeAccess(async (trx) => {
        const { numDeletedRows } = await trx.deleteFrom('sso_providers').where('id', '=', id).executeTakeFirst();
        if (numDeletedRows === 0n) throw noProvider();
        await dropUnmappedMembers(trx);
      }),
    async open(id) {
      const row = await rowOf(id);
      if (!row || row.enabled === 0) return undefined;
      const provider = await mustFind(id);
      const endpoints = await discover(provider.kind, provider.url);
      return { ...provider, endpoints, clientSecret: secrets.open(secretPurpose, row.client_secret) };
    },
    admit: createAdmit(db, changeAccess, now),
    async connections(userId) {
      const rows = await db
        .selectFrom('sso_identities')
        .innerJoin('sso_providers', 'sso_providers.id', 'sso_identities.provider_id')
        .selectAll('sso_identities')
        .select('sso_providers.name as provider_name')
        .where('user_id', '=', userId)
        .orderBy('sso_identities.created_at')
        .execute();
      return rows.map((row) => ({
        providerId: row.provider_id,
        providerName: row.provider_name,
        issuer: row.issuer,
        subject: row.subject,
        email: row.email,
        createdAt: row.created_at,
        ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
      }));
    },
    disconnect: (userId, providerId) =>
      changeAccess(async (trx) => {
        const all = await trx.selectFrom('sso_identities').selectAll().where('user_id', '=', userId).execute();
        const user = await trx.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirst();
        if (user?.password_hash === null && all.every((row) => row.provider_id === providerId)) {
          throw appError('conflict', 'It is the only way into this account; set a password first.');
        }
        const { numDeletedRows } = await trx
          .deleteFrom('sso_identities')
          .where('user_id', '=', userId)
          .where('provider_id', '=', providerId)
          .executeTakeFirst();
        if (numDeletedRows === 0n) throw appError('not-found', 'There is no such connection.');
        await trx.deleteFrom('team_members').where('user_id', '=', userId).where('source', '=', 'sso').execute();
      }),
  };
}

function noProvider() {
  return appError('not-found', 'There is no such identity provider.');
}
