import type { Database } from './open-database.ts';
import type { SecretBox } from './secret-box.ts';

const settingsKey = 'secret-check';
const known = 'pilothouse';

/**
 * Proves that the console's secret is the one this database was first used with. Under another one every token,
 * session and stored credential would quietly be void, and what is stored from then on void under the right one.
 * Throws one sentence for whoever starts it.
 */
export async function checkSecret(db: Database, secretBox: SecretBox): Promise<void> {
  // Of two processes that start on an empty database, one seals and both compare.
  await db
    .insertInto('settings')
    .values({ key: settingsKey, value: secretBox.seal(settingsKey, known) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const row = await db.selectFrom('settings').select('value').where('key', '=', settingsKey).executeTakeFirst();
  try {
    if (row && secretBox.open(settingsKey, row.value) === known) return;
  } catch {
    // Told below, in words that say what to do.
  }
  throw new Error(
    'PILOTHOUSE_SECRET, or the file "secret" in the data folder, is not the one that this database was made with; put the right one back, or, if it is lost for good, run `bin/pilothouse secret replace`.',
  );
}

/**
 * Makes the present secret the one of this database. What was sealed or hashed under the old one is void and goes:
 * tokens, sessions, authenticator apps, recovery codes. Engines and registries keep their rows and ask for their
 * credentials anew; so do identity providers, which are switched off until they have them. Passkeys stay: what is stored
 * of them is public.
 */
export async function replaceSecret(
  db: Database,
  secretBox: SecretBox,
): Promise<{ tokens: number; sessions: number; apps: number; providers: number }> {
  return db.transaction().execute(async (trx) => {
    const tokens = await trx.deleteFrom('tokens').executeTakeFirst();
    const sessions = await trx.deleteFrom('sessions').executeTakeFirst();
    // Left in place they would keep their owners out for good: no code of theirs could be checked any more.
    const apps = await trx.deleteFrom('second_factors').where('kind', '=', 'totp').executeTakeFirst();
    await trx.deleteFrom('recovery_codes').execute();
    const providers = await trx.updateTable('sso_providers').set({ enabled: 0 }).executeTakeFirst();
    const value = secretBox.seal(settingsKey, known);
    await trx
      .insertInto('settings')
      .values({ key: settingsKey, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
    return {
      tokens: Number(tokens.numDeletedRows),
      sessions: Number(sessions.numDeletedRows),
      apps: Number(apps.numDeletedRows),
      providers: Number(providers.numUpdatedRows),
    };
  });
}
