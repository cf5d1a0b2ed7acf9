import type { Transaction } from 'kysely';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ChangeAccess } from './access-change.ts';
import type { LastSeen } from './last-seen.ts';
import type { SessionRules } from './session-rules.ts';
import type { Identity, Session } from './types.ts';

/** A person has a few browsers; more is a script that signs in for each request. The oldest go. */
const perUserMax = 50;

/** The sessions' table as `Identity.sessions`. A revoked session dies at once: it is looked up on every request. */
export function createSessions(parts: {
  db: Database;
  changeAccess: ChangeAccess;
  lastSeen: LastSeen;
  rules: SessionRules;
  now: () => number;
}): Identity['sessions'] {
  const { db, changeAccess, lastSeen, rules, now } = parts;
  return {
    async list(userId) {
      await lastSeen.flush();
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', userId)
        .where('expires_at', '>', now())
        .orderBy('last_seen_at', 'desc')
        .execute();
      const live = rows.filter((row) => now() < rules.endOf(row));
      return live.map((row) => ({
        id: row.id,
        userId: row.user_id,
        createdAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        expiresAt: rules.expiryOf(row),
        userAgent: row.user_agent,
        address: row.address,
      }));
    },
    async create(userId, client, secondFactor) {
      const at = now();
      const user = await db.selectFrom('users').select('kind').where('id', '=', userId).executeTakeFirst();
      if (user?.kind === 'service') throw appError('forbidden', 'A service account has no sign-in, only tokens.');
      const userAgent = client.headers['user-agent'] ?? '';
      const session: Session = {
        id: newId(at),
        userId,
        createdAt: at,
        lastSeenAt: at,
        expiresAt: at + rules.lengthMs(),
        userAgent: userAgent.slice(0, 400),
        address: client.address.slice(0, 64),
      };
      await db
        .insertInto('sessions')
        .values({
          id: session.id,
          user_id: userId,
          created_at: at,
          last_seen_at: at,
          expires_at: session.expiresAt,
          user_agent: session.userAgent,
          address: session.address,
          second_factor: secondFactor ?? null,
        })
        .execute();
      await dropOld(userId, at);
      return session;
    },
    async revoke(id) {
      await changeAccess((trx) => trx.deleteFrom('sessions').where('id', '=', id).execute());
    },
    async revokeAll(userId, exceptId = '') {
      await changeAccess((trx) =>
        trx.deleteFrom('sessions').where('user_id', '=', userId).where('id', '!=', exceptId).execute(),
      );
    },
  };

  async function dropOld(userId: string, at: number): Promise<void> {
    await db.deleteFrom('sessions').where('expires_at', '<=', at).execute();
    const surplus = await db
      .selectFrom('sessions')
      .select('id')
      .where('user_id', '=', userId)
      .orderBy('id', 'desc')
      .offset(perUserMax)
      .limit(100)
      .execute();
    if (surplus.length === 0) return;
    const ids = surplus.map((row) => row.id);
    await changeAccess((trx) => trx.deleteFrom('sessions').where('id', 'in', ids).execute());
  }
}

/** Removes the sessions that are over by the rules in force, also those whose person has not come back to notice. */
export async function endSessions(trx: Transaction<Tables>, rules: SessionRules, nowMs: number): Promise<void> {
  const rows = await trx.selectFrom('sessions').select(['id', 'created_at', 'last_seen_at', 'expires_at']).execute();
  for (const { id } of rows.filter((row) => nowMs >= rules.endOf(row))) {
    await trx.deleteFrom('sessions').where('id', '=', id).execute();
  }
}
