import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { createLog } from '#lib/log.ts';
import { appError } from '#lib/shared/errors.ts';
import { type ChangeAccess, countAdministrators } from './access-change.ts';
import { insertGrant } from './grants.ts';
import { hashPassword } from './password-hash.ts';
import type { CheckNewPassword } from './password-rules.ts';
import type { Principals } from './principals.ts';
import type { User } from './types.ts';
import { normalizeEmail, parsePassword, toUser } from './user-input.ts';
import { insertUser } from './users.ts';

const log = createLog();

/** The way to the first administrator: from the environment, else by a link that only the console's owner can read. */
export interface Setup {
  secret(): string | undefined;
  complete(secret: string, input: { email: string; name: string; password: string }): Promise<User>;
}

export interface SetupParts {
  db: Database;
  changeAccess: ChangeAccess;
  principals: Principals;
  /** PILOTHOUSE_ADMIN_EMAIL and PILOTHOUSE_ADMIN_PASSWORD: count only while there is no administrator. */
  admin?: { email: string; password: string };
  checkNewPassword: CheckNewPassword;
  now: () => number;
}

/**
 * Makes the administrator that the environment names, or a one-time secret for the setup link. Without either whoever
 * opens the page first would own the console (portainer #2475).
 */
export async function openSetup(parts: SetupParts): Promise<Setup> {
  const { db, changeAccess, principals, admin, checkNewPassword, now } = parts;
  let secret: string | undefined;
  if ((await countAdministrators(db)) === 0) {
    if (admin) await makeAdministrator({ ...admin, name: nameFromEmail(admin.email) });
    else secret = randomBytes(32).toString('base64url');
  }
  // bin/pilothouse may make an administrator meanwhile; the link must not stay open behind it.
  principals.onChange(() => {
    if (secret === undefined) return;
    countAdministrators(db).then(
      (count) => {
        if (count > 0) secret = undefined;
      },
      (error: unknown) => log.error('whether there is an administrator could not be looked up', { error }),
    );
  });

  async function makeAdministrator(input: { email: string; name: string; password: string }): Promise<User> {
    const passwordHash = await hashPassword(parsePassword(input.password));
    return changeAccess(async (trx) => {
      if ((await countAdministrators(trx)) > 0) throw appError('forbidden', 'There is an administrator already.');
      const user = await findOrInsert(trx, input, passwordHash, now());
      const grant = { subjectKind: 'user', subjectId: user.id, role: 'administrator' } as const;
      await insertGrant(trx, { ...grant, scope: { kind: 'all', value: '' } }, now());
      return user;
    });
  }

  return {
    secret: () => secret,
    async complete(given, input) {
      if (secret === undefined || !isEqual(given, secret)) {
        throw appError(
          'forbidden',
          'This setup link is not valid. Each start without an administrator prints a new one.',
        );
      }
      checkNewPassword(input.password, input);
      const user = await makeAdministrator(input);
      secret = undefined;
      return user;
    },
  };
}

/** A user of this e-mail may be there, disabled or without the grant; the console's owner takes it over. */
async function findOrInsert(
  trx: Transaction<Tables>,
  input: { email: string; name: string },
  passwordHash: string,
  nowMs: number,
): Promise<User> {
  const found = await trx
    .selectFrom('users')
    .selectAll()
    .where('email', '=', normalizeEmail(input.email))
    .executeTakeFirst();
  if (!found) return insertUser(trx, input, nowMs, passwordHash);
  await trx.updateTable('users').set({ password_hash: passwordHash, disabled: 0 }).where('id', '=', found.id).execute();
  await trx.deleteFrom('sessions').where('user_id', '=', found.id).execute();
  await trx.deleteFrom('grants').where('subject_id', '=', found.id).where('role', '=', 'administrator').execute();
  return toUser({ ...found, disabled: 0 });
}

function nameFromEmail(email: string): string {
  return email.split('@')[0] || 'Administrator';
}

/** By hash, so that neither length nor content tells anything by time. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
