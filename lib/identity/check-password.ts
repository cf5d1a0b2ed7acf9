import { randomBytes } from 'node:crypto';
import type { Database } from '#lib/db/open-database.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { allowsLocalSignIn, readSignInPolicy } from './sign-in-policy.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';
import type { User } from './types.ts';
import { normalizeEmail, passwordLengthMax, toUser } from './user-input.ts';

export type CheckPassword = (email: string, password: string, address: string) => Promise<User | undefined>;

/**
 * The password check of the sign-in. For an unknown e-mail, a disabled user, one without a password and one who must
 * come by an identity provider it does the same work as for a wrong password (the same three queries, one hash), so
 * that time tells nobody who has an account.
 */
export function createCheckPassword(db: Database, throttle: SignInThrottle): CheckPassword {
  let decoy: Promise<string> | undefined;
  return async (givenEmail, givenPassword, address) => {
    const email = normalizeEmail(givenEmail).slice(0, 254);
    const known = await db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select('sessions.id')
      .where('users.email', '=', email)
      .where('sessions.address', '=', address)
      .executeTakeFirst();
    const attempt = throttle.admit(email, address, known !== undefined);
    const row = await db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
    const policy = await readSignInPolicy(db);
    decoy ??= hashPassword(randomBytes(16).toString('hex'));
    // Awaited for everybody, else the first unknown e-mail after the start would take twice the time.
    const decoyHash = await decoy;
    // Longer than any password that could be set: still hashed, cut, and wrong.
    const password = givenPassword.slice(0, passwordLengthMax);
    const right = await verifyPassword(password, row?.password_hash ?? decoyHash);
    if (!row?.password_hash || row.disabled !== 0 || row.kind !== 'person') return undefined;
    if (!right || password !== givenPassword || !allowsLocalSignIn(policy, row.id)) return undefined;
    attempt.succeed();
    return toUser(row);
  };
}
