import type { Transaction } from 'kysely';
import type { Tables } from '#lib/db/types.ts';
import type { ProviderShown } from '#lib/shared/sign-in.ts';

/**
 * Makes the memberships that come from providers what this one says now: what its groups do not give any more goes.
 * What someone else put there by hand stays, and so does what only another provider decides that the person also
 * comes by.
 */
export async function syncTeams(
  trx: Transaction<Tables>,
  provider: ProviderShown,
  userId: string,
  teamIds: readonly string[],
  nowMs: number,
): Promise<void> {
  const decidedHere = new Set(provider.groups.map(({ teamId }) => teamId));
  const others = await trx
    .selectFrom('sso_groups')
    .innerJoin('sso_identities', 'sso_identities.provider_id', 'sso_groups.provider_id')
    .select('sso_groups.team_id')
    .where('sso_identities.user_id', '=', userId)
    .where('sso_groups.provider_id', '!=', provider.id)
    .execute();
  const kept = new Set(others.map(({ team_id }) => team_id).filter((id) => !decidedHere.has(id)));
  const rows = await trx
    .selectFrom('team_members')
    .select('team_id')
    .where('user_id', '=', userId)
    .where('source', '=', 'sso')
    .execute();
  const gone = rows.map(({ team_id }) => team_id).filter((id) => !teamIds.includes(id) && !kept.has(id));
  if (gone.length > 0) {
    await trx
      .deleteFrom('team_members')
      .where('user_id', '=', userId)
      .where('source', '=', 'sso')
      .where('team_id', 'in', gone)
      .execute();
  }
  for (const teamId of new Set(teamIds)) {
    await trx
      .insertInto('team_members')
      .values({ team_id: teamId, user_id: userId, source: 'sso', created_at: nowMs })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
