import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import {
  type ProviderOptions,
  type ProviderShown,
  providerIdPattern,
  providerKinds,
  reservedProviderIds,
} from '#lib/shared/sign-in.ts';
import { normalizeProviderUrl } from './discovery.ts';
import type { ProviderInput } from './types.ts';

const short = z.string().trim().min(1).max(200);
const optionsSchema = z.object({
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'A scope has no blanks.'))
    .max(20)
    .default([]),
  groupClaim: z.string().trim().max(200).default('groups'),
  admit: z.enum(['anyone', 'mapped', 'known']).default('anyone'),
  emailDomains: z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[a-z0-9.-]+\.[a-z0-9-]+$/, 'A domain looks like example.org.'),
    )
    .max(50)
    .default([]),
  trustEmail: z.boolean().default(false),
  linkByEmail: z.boolean().default(false),
  trustSecondFactor: z.boolean().default(false),
});
const inputSchema = z.object({
  id: z
    .string()
    .regex(providerIdPattern, 'An id has up to 31 lower-case letters, digits and hyphens.')
    .refine((id) => !reservedProviderIds.includes(id), 'This id is taken by the console itself.'),
  kind: z.enum(providerKinds),
  name: z.string().trim().min(1, 'Give it a name.').max(60),
  url: z.string().max(500),
  clientId: short,
  clientSecret: short,
  enabled: z.boolean(),
  groups: z
    .array(z.object({ group: short, teamId: z.string().max(64) }))
    .max(500)
    .default([]),
});

export type ProviderRow = Selectable<Tables['sso_providers']>;

/** Everything of a provider, checked and in its stored form; throws bad-request with the sentence for the person. */
export function parseProvider(input: ProviderInput) {
  const parsed = z.intersection(inputSchema, optionsSchema).safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw appError('bad-request', `${issue?.path.join('.') ?? 'The provider'}: ${issue?.message ?? 'is not valid'}`);
  }
  const { id, kind, name, url, clientId, clientSecret, enabled, groups, ...options } = parsed.data;
  return { id, kind, name, url: normalizeProviderUrl(kind, url), clientId, clientSecret, enabled, groups, options };
}

/** A stored provider as administrators see it: without its secret. */
export function toProvider(row: ProviderRow, groups: readonly Selectable<Tables['sso_groups']>[]): ProviderShown {
  const options: ProviderOptions = optionsSchema.parse(JSON.parse(row.options));
  return {
    id: row.id,
    kind: z.enum(providerKinds).parse(row.kind),
    name: row.name,
    url: row.url,
    clientId: row.client_id,
    enabled: row.enabled !== 0,
    createdAt: row.created_at,
    ...options,
    groups: groups
      .filter(({ provider_id }) => provider_id === row.id)
      .map(({ group_name, team_id }) => ({ group: group_name, teamId: team_id })),
  };
}

/** The provider of this id with its mappings; undefined: there is none. */
export async function findProvider(db: Database | Transaction<Tables>, id: string): Promise<ProviderShown | undefined> {
  const row = await db.selectFrom('sso_providers').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  return toProvider(row, await db.selectFrom('sso_groups').selectAll().where('provider_id', '=', id).execute());
}

/** Writes the mappings anew, and takes away the memberships that no provider's mapping stands for any more. */
export async function replaceGroups(
  trx: Transaction<Tables>,
  providerId: string,
  groups: readonly { group: string; teamId: string }[],
): Promise<void> {
  await trx.deleteFrom('sso_groups').where('provider_id', '=', providerId).execute();
  for (const { group, teamId } of groups) {
    const team = await trx.selectFrom('teams').select('id').where('id', '=', teamId).executeTakeFirst();
    if (!team) throw appError('bad-request', `There is no such team for the group ${group}.`);
    await trx
      .insertInto('sso_groups')
      .values({ provider_id: providerId, group_name: group, team_id: teamId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await dropUnmappedMembers(trx);
}

/** Memberships by provider in teams that no mapping of any provider leads to. */
export async function dropUnmappedMembers(trx: Transaction<Tables>): Promise<void> {
  await trx
    .deleteFrom('team_members')
    .where('source', '=', 'sso')
    .where('team_id', 'not in', trx.selectFrom('sso_groups').select('team_id'))
    .execute();
}
