import type { Transaction } from 'kysely';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ChangeAccess } from './access-change.ts';
import type { LastSeen } from './last-seen.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import type { CheckNewPassword } from './password-rules.ts';
import { parseServiceName } from './service-accounts.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';
import type { Identity, User } from './types.ts';
import { normalizeEmail, parseEmail, parseName, passwordLengthMax, toUser } from './user-input.ts';

export interface UserParts {
  db: Database;
  changeAccess: ChangeAccess;
  lastSeen: LastSeen;
  throttle: SignInThrottle;
  checkNewPassword: CheckNewPassword;
  now: () => number;
}

/** The users' table as `Identity.users`. Throws bad-request, conflict, not-found and forbidden with their sentences. */
export function createUsers(parts: UserParts): Identity['users'] {
  const { db, changeAccess, lastSeen, throttle, checkNewPassword, now } = parts;
  const get = async (id: string): Promise<User | undefined> => {
    const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toUser(row);
  };
  return {
    async list() {
      await lastSeen.flush();
      return (await db.selectFrom('users').selectAll().orderBy('email').execute()).map(toUser);
    },
    get,
    async byEmail(email) {
      const row = await db
        .selectFrom('users')
        .selectAll()
        .where('email', '=', normalizeEmail(email))
        .executeTakeFirst();
      return row && toUser(row);
    },
    async create(input) {
      if (input.password === undefined) return insertUser(db, input, now(), null);
      checkNewPassword(input.password, input);
      return insertUser(db, input, now(), await hashPassword(input.password));
    },
    async update(id, change) {
      await changeAccess(async (trx) => {
        const row = await trx.selectFrom('users').select('kind').where('id', '=', id).executeTakeFirst();
        if (!row) throw noUser();
        const parse = row.kind === 'service' ? parseServiceName : parseEmail;
        const email = change.email === undefined ? undefined : parse(change.email);
        if (email) await refuseTakenEmail(trx, email, id);
        const name = change.name === undefined ? undefined : parseName(change.name);
        const set = { email, name, disabled: change.disabled === undefined ? undefined : Number(change.disabled) };
        await trx
          .updateTable('users')
          .set({ id, ...set })
          .where('id', '=', id)
          .execute();
        // Signing in again is the price of being enabled again: what was open before must not come back by itself.
        if (!change.disabled) return;
        await trx.deleteFrom('sessions').where('user_id', '=', id).execute();
        await trx.deleteFrom('links').where('user_id', '=', id).execute();
      });
      const user = await get(id);
      if (!user) throw noUser();
      return user;
    },
    async hasPassword(id) {
      const row = await db.selectFrom('users').select('password_hash').where('id', '=', id).executeTakeFirst();
      return row !== undefined && row.password_hash !== null;
    },
    async setPassword(id, password) {
      const user = await get(id);
      if (user?.kind !== 'person') throw noUser();
      checkNewPassword(password, user);
      const hash = await hashPassword(password);
      await changeAccess((trx) => storePassword(trx, id, hash));
    },
    async changePassword(id, current, next, keepSessionId) {
      const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) throw noUser();
      checkNewPassword(next, row);
      // A stolen session must not become a way to guess the password.
      const attempt = throttle.admit(row.email, 'change-password', true);
      if (!row.password_hash || !(await verifyPassword(current.slice(0, passwordLengthMax), row.password_hash))) {
        throw appError('forbidden', 'The current password is wrong.');
      }
      attempt.succeed();
      const hash = await hashPassword(next);
      await changeAccess((trx) => storePassword(trx, id, hash, keepSessionId));
    },
    async remove(id) {
      await changeAccess(async (trx) => {
        const tokens = await trx.selectFrom('tokens').select('id').where('user_id', '=', id).execute();
        const subjects = [id, ...tokens.map((token) => token.id)];
        await trx.deleteFrom('grants').where('subject_id', 'in', subjects).execute();
        const { numDeletedRows } = await trx.deleteFrom('users').where('id', '=', id).executeTakeFirst();
        if (numDeletedRows === 0n) throw noUser();
      });
    },
    async count() {
      const row = await db
        .selectFrom('users')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return row.count;
    },
  };
}

/** Stores a new user and returns it; `db` may be a transaction. */
export async function insertUser(
  db: Database | Transaction<Tables>,
  input: { email: string; name: string },
  nowMs: number,
  /** null: nobody can sign in with a password. */
  passwordHash: string | null,
): Promise<User> {
  const email = parseEmail(input.email);
  const name = parseName(input.name);
  await refuseTakenEmail(db, email);
  const row = {
    id: newId(nowMs),
    email,
    name,
    password_hash: passwordHash,
    kind: 'person',
    disabled: 0,
    created_at: nowMs,
    last_seen_at: null,
  };
  const stored = await db
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!stored) throw takenEmail(email);
  return toUser(row);
}

/** Stores a new password inside a change of access; ends the person's sessions but one, and reset links. */
export async function storePassword(
  trx: Transaction<Tables>,
  id: string,
  hash: string,
  keepSessionId = '',
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ password_hash: hash })
    .where('id', '=', id)
    .where('kind', '=', 'person')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw noUser();
  await trx.deleteFrom('sessions').where('user_id', '=', id).where('id', '!=', keepSessionId).execute();
  // An older link would undo what the person has just set.
  await trx.deleteFrom('links').where('user_id', '=', id).execute();
}

async function refuseTakenEmail(db: Database | Transaction<Tables>, email: string, exceptId = ''): Promise<void> {
  const taken = await db
    .selectFrom('users')
    .select('id')
    .where('email', '=', email)
    .where('id', '!=', exceptId)
    .executeTakeFirst();
  if (taken) throw takenEmail(email);
}

function takenEmail(email: string) {
  return appError('conflict', `There is a user with the e-mail ${email} already.`);
}

function noUser() {
  return appError('not-found', 'There is no such user.');
}
