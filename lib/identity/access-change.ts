import type { Transaction } from 'kysely';
import type { AccessSignal } from '#lib/db/access-signal.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import type { Principals } from './principals.ts';

/**
 * Runs a change of who may do what: in one transaction that other such changes wait for, refused when it would leave
 * the console without an administrator, and told to everybody who must know once it is committed.
 */
export type ChangeAccess = <T>(work: (trx: Transaction<Tables>) => Promise<T>) => Promise<T>;

/** Binds the change to its database, signal and listeners. */
export function createChangeAccess(db: Database, signal: AccessSignal, principals: Principals): ChangeAccess {
  return async (work) => {
    const result = await db.transaction().execute(async (trx) => {
      await signal.mark(trx);
      const before = await countAdministrators(trx);
      const value = await work(trx);
      if (before > 0 && (await countAdministrators(trx)) === 0) {
        throw appError('conflict', 'This would leave the console without an administrator. Make another one first.');
      }
      return value;
    });
    await principals.changed();
    return result;
  };
}

/**
 * Enabled people who are administrators everywhere, without an end, by a grant of their own or of a team that someone
 * put them into: those who can always set things right again. A team that the identity provider put them into does not
 * count (it can take them out at any sign-in), nor does a service account (it can't sign in).
 */
export async function countAdministrators(db: Database | Transaction<Tables>): Promise<number> {
  const row = await selectAdministrators(db)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The query over those whom countAdministrators counts. */
export function selectAdministrators(db: Database | Transaction<Tables>) {
  return db
    .selectFrom('users')
    .where('disabled', '=', 0)
    .where('kind', '=', 'person')
    .where((eb) => {
      const grants = (kind: string) =>
        eb
          .selectFrom('grants')
          .select('subject_id')
          .where('subject_kind', '=', kind)
          .where('role', '=', 'administrator')
          .where('scope_kind', '=', 'all')
          .where('resource', 'is', null)
          .where('expires_at', 'is', null);
      const members = eb
        .selectFrom('team_members')
        .select('user_id')
        .where('source', '=', 'manual')
        .where('team_id', 'in', grants('team'));
      return eb.or([eb('id', 'in', grants('user')), eb('id', 'in', members)]);
    });
}
