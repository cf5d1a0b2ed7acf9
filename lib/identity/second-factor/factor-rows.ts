import type { Selectable, Transaction } from 'kysely';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import type { FactorShown } from '#lib/shared/sign-in.ts';
import { hashRecoveryCode, makeRecoveryCodes, readRecoveryCode } from './recovery-codes.ts';
import type { FactorAdded } from './types.ts';

export type FactorRow = Selectable<Tables['second_factors']>;

/** A person has a phone and a few keys; each code is compared with every app's secret. */
const perUserMax = 10;

/** A user's factors, oldest first. `db` may be a transaction. */
export function selectFactors(db: Database | Transaction<Tables>, userId: string): Promise<FactorRow[]> {
  return db.selectFrom('second_factors').selectAll().where('user_id', '=', userId).orderBy('id').execute();
}

/** A stored factor as people see it. */
export function toFactor(row: FactorRow): FactorShown {
  return {
    id: row.id,
    kind: row.kind === 'passkey' ? 'passkey' : 'totp',
    name: row.name,
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}

/** The name without blanks around it; throws bad-request when it is empty or too long. */
export function parseFactorName(given: string): string {
  const name = given.trim();
  if (name.length < 1 || name.length > 60) throw appError('bad-request', 'A name has 1 to 60 characters.');
  return name;
}

/**
 * Stores a factor that has just been proven in this session; with a person's first one, recovery codes. Part of a
 * change of access: a session that was limited for want of a second factor is a whole one from here on.
 */
export async function insertFactor(
  trx: Transaction<Tables>,
  input: Omit<FactorRow, 'id' | 'created_at' | 'last_used_at'>,
  by: { sessionId: string; nowMs: number; codeKey: Buffer },
): Promise<FactorAdded> {
  const before = await selectFactors(trx, input.user_id);
  if (before.length >= perUserMax) throw appError('conflict', `There are ${perUserMax} already; remove one first.`);
  const row: FactorRow = { ...input, id: newId(by.nowMs), created_at: by.nowMs, last_used_at: null };
  const stored = await trx
    .insertInto('second_factors')
    .values(row)
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!stored) throw appError('conflict', 'This passkey is known here already.');
  await trx
    .updateTable('sessions')
    .set({ second_factor: row.kind })
    .where('id', '=', by.sessionId)
    .where('user_id', '=', row.user_id)
    .execute();
  const factor = toFactor(row);
  if (before.length > 0) return { factor };
  return { factor, recoveryCodes: await replaceRecoveryCodes(trx, row.user_id, by.codeKey) };
}

/** New codes in the place of the old ones; returned once, stored as hashes. */
export async function replaceRecoveryCodes(
  trx: Transaction<Tables>,
  userId: string,
  codeKey: Buffer,
): Promise<string[]> {
  const codes = makeRecoveryCodes();
  const values = codes.map((code) => ({
    user_id: userId,
    hash: hashRecoveryCode(codeKey, userId, readRecoveryCode(code) ?? code),
  }));
  await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await trx.insertInto('recovery_codes').values(values).execute();
  return codes;
}
