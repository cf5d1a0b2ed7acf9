import type { KeyObject } from 'node:crypto';
import type { Selectable } from 'kysely';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ChangeAccess } from './access-change.ts';
import { insertGrant } from './grants.ts';
import type { LastSeen } from './last-seen.ts';
import { hashTokenSecret, makeTokenSecret, tokenHint } from './token-secret.ts';
import type { Identity, Token } from './types.ts';

/** Enough for every machine somebody has; a list that nobody can read protects nobody. */
const perUserMax = 200;

export interface TokenParts {
  db: Database;
  changeAccess: ChangeAccess;
  lastSeen: LastSeen;
  /** The key of the stored hashes. */
  hashKey: KeyObject;
  now: () => number;
}

/** The tokens' table as `Identity.tokens`. Expired tokens stay listed until they are revoked, so that people see why. */
export function createTokens({ db, changeAccess, lastSeen, hashKey, now }: TokenParts): Identity['tokens'] {
  return {
    async list(userId) {
      await lastSeen.flush();
      let query = db.selectFrom('tokens').selectAll().orderBy('id', 'desc');
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      return (await query.execute()).map(toToken);
    },
    async create(input) {
      const name = input.name.trim();
      if (name.length < 1 || name.length > 100) {
        throw appError('bad-request', "A token's name has 1 to 100 characters.");
      }
      if (input.grants?.length === 0) throw appError('bad-request', 'A token with grants of its own has at least one.');
      if (input.expiresAt !== undefined && input.expiresAt <= now()) {
        throw appError('bad-request', 'The token would have ended already.');
      }
      const secret = makeTokenSecret();
      const row = {
        id: newId(now()),
        user_id: input.userId,
        name,
        hash: hashTokenSecret(secret, hashKey),
        hint: tokenHint(secret),
        created_at: now(),
        expires_at: input.expiresAt ?? null,
        last_used_at: null,
        limited: input.grants === undefined ? 0 : 1,
      };
      // In one transaction with its grants: a token must never be there without its limits.
      await changeAccess(async (trx) => {
        const { count } = await trx
          .selectFrom('tokens')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('user_id', '=', input.userId)
          .executeTakeFirstOrThrow();
        if (count >= perUserMax) {
          throw appError('too-many', `There are ${perUserMax} tokens already; revoke one first.`);
        }
        const user = await trx.selectFrom('users').select('id').where('id', '=', input.userId).executeTakeFirst();
        if (!user) throw appError('not-found', 'There is no such user.');
        await trx.insertInto('tokens').values(row).execute();
        for (const grant of input.grants ?? []) {
          await insertGrant(trx, { ...grant, subjectKind: 'token', subjectId: row.id }, now());
        }
      });
      return { token: toToken(row), secret };
    },
    async revoke(id) {
      await changeAccess(async (trx) => {
        await trx.deleteFrom('grants').where('subject_kind', '=', 'token').where('subject_id', '=', id).execute();
        const { numDeletedRows } = await trx.deleteFrom('tokens').where('id', '=', id).executeTakeFirst();
        if (numDeletedRows === 0n) throw appError('not-found', 'There is no such token.');
      });
    },
  };
}

function toToken(row: Selectable<Tables['tokens']>): Token {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    hint: row.hint,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    limited: row.limited !== 0,
  };
}
