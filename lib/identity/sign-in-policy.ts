import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import type { Grant, RoleBook } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { Operation } from '#lib/shared/operations.ts';
import type { Settings } from '#lib/shared/settings.ts';
import type { SignInPolicy } from '#lib/shared/sign-in.ts';
import { type ChangeAccess, selectAdministrators } from './access-change.ts';

const settingsKey = 'sign-in';

const policySchema = z.object({
  passwords: z.enum(['everyone', 'listed']),
  breakGlass: z.array(z.string().max(64)).max(20),
});

const openPolicy: SignInPolicy = { passwords: 'everyone', breakGlass: [] };

/** What somebody needs to be counted among those who run the console, by whatever role he has it. */
const administering: readonly Operation[] = [
  'console.users',
  'console.grants',
  'console.settings',
  'console.engines',
  'console.registries',
];

/** As it is in force now; of a console where nobody set one, everybody may sign in by password. */
export async function readSignInPolicy(db: Database | Transaction<Tables>): Promise<SignInPolicy> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', settingsKey).executeTakeFirst();
  return row ? policySchema.parse(JSON.parse(row.value)) : openPolicy;
}

/** Whether this person signs in by what the console itself checks: a password or a passkey alone. */
export function allowsLocalSignIn(policy: SignInPolicy, userId: string): boolean {
  return policy.passwords === 'everyone' || policy.breakGlass.includes(userId);
}

/**
 * Whether whoever holds these grants needs a second factor by the setting. Administrators are those who may change what
 * others may, also on one engine and by a role that people made: the name of the role is not what an attacker is after.
 */
export function needsSecondFactor(
  setting: Settings['secondFactor'],
  grants: readonly Grant[],
  roles: RoleBook,
): boolean {
  if (setting !== 'administrators') return setting === 'everyone';
  return grants.some(({ role }) => administering.some((operation) => roles.get(role)?.operations.has(operation)));
}

/**
 * Puts the change into force for the next sign-in. Throws bad-request where passwords would be left to nobody who could
 * put things right when the identity provider is down.
 */
export function updateSignInPolicy(changeAccess: ChangeAccess, change: Partial<SignInPolicy>): Promise<SignInPolicy> {
  return changeAccess(async (trx) => {
    const policy = policySchema.parse({ ...(await readSignInPolicy(trx)), ...change });
    if (policy.passwords === 'listed' && !(await canBreakGlass(trx, policy.breakGlass))) {
      throw appError(
        'bad-request',
        'Name at least one administrator of all engines who has a password and keeps it: the way in when the identity provider is down.',
      );
    }
    const value = JSON.stringify(policy);
    await trx
      .insertInto('settings')
      .values({ key: settingsKey, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
    return policy;
  });
}

async function canBreakGlass(trx: Transaction<Tables>, ids: readonly string[]): Promise<boolean> {
  const rows = await selectAdministrators(trx).select(['id', 'password_hash']).execute();
  return rows.some((row) => row.password_hash !== null && ids.includes(row.id));
}
