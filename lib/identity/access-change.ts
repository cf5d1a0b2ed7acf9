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
    principals.changed();
    return result;
  };
}

/** Enabled users who are administrators everywhere, without an end: those who can always set things right again. */
export async function countAdministrators(db: Database | Transaction<Tables>): Promise<number> {
  const row = await db
    .selectFrom('grants')
    .innerJoin('users', 'users.id', 'grants.subject_id')
    .select((eb) => eb.fn.count<number>('users.id').distinct().as('count'))
    .where('grants.subject_kind', '=', 'user')
    .where('grants.role', '=', 'administrator')
    .where('grants.scope_kind', '=', 'all')
    .where('grants.expires_at', 'is', null)
    .where('users.disabled', '=', 0)
    .executeTakeFirstOrThrow();
  return row.count;
}
