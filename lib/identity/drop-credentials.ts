import type { Transaction } from 'kysely';
import type { Tables } from '#lib/db/types.ts';

/**
 * Ends every way into an account that was there before: password, sessions, second factors, tokens, links, connected
 * providers. For an account that is given to whoever a provider says it belongs to: somebody may have prepared it under
 * that person's e-mail, with a password of his own, and would come along into all that the person is granted later.
 */
export async function dropCredentials(trx: Transaction<Tables>, userId: string): Promise<void> {
  await trx.updateTable('users').set({ password_hash: null }).where('id', '=', userId).execute();
  const tokens = trx.selectFrom('tokens').select('id').where('user_id', '=', userId);
  await trx.deleteFrom('grants').where('subject_kind', '=', 'token').where('subject_id', 'in', tokens).execute();
  for (const table of ['sessions', 'tokens', 'second_factors', 'recovery_codes', 'links', 'sso_identities'] as const) {
    await trx.deleteFrom(table).where('user_id', '=', userId).execute();
  }
}
