import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ChangeAccess } from './access-change.ts';
import type { LastSeen } from './last-seen.ts';
import type { Identity } from './types.ts';
import { toUser } from './user-input.ts';

// Without an @, so that it can never be taken for a person's e-mail, which stands in the same column.
const namePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/**
 * Accounts of machines, as `Identity.serviceAccounts`: users of kind `service`, without password, session or second
 * factor. They are disabled, removed, granted and put into teams like people; only tokens made for them get in.
 */
export function createServiceAccounts(parts: {
  db: Database;
  changeAccess: ChangeAccess;
  lastSeen: LastSeen;
  now: () => number;
}): Identity['serviceAccounts'] {
  const { db, changeAccess, lastSeen, now } = parts;
  return {
    async list() {
      await lastSeen.flush();
      const rows = await db.selectFrom('users').selectAll().where('kind', '=', 'service').orderBy('email').execute();
      return rows.map(toUser);
    },
    async create({ name, description }) {
      const row = {
        id: newId(now()),
        email: parseServiceName(name),
        name: parseDescription(description) || name.trim(),
        password_hash: null,
        kind: 'service',
        disabled: 0,
        created_at: now(),
        last_seen_at: null,
      };
      await changeAccess(async (trx) => {
        const taken = await trx.selectFrom('users').select('id').where('email', '=', row.email).executeTakeFirst();
        if (taken) throw appError('conflict', `There is a service account ${row.email} already.`);
        await trx.insertInto('users').values(row).execute();
      });
      return toUser(row);
    },
  };
}

/** The name as it is stored; throws bad-request. */
export function parseServiceName(given: string): string {
  const name = given.trim();
  if (!namePattern.test(name)) {
    throw appError('bad-request', "A service account's name has lower-case letters, digits, dots, - and _.");
  }
  return name;
}

function parseDescription(given = ''): string {
  const text = given.trim();
  if (text.length > 100) throw appError('bad-request', 'A description has at most 100 characters.');
  return text;
}
