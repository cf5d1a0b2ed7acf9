import type { Database } from '#lib/db/open-database.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { verifyPassword } from './password-hash.ts';
import type { GivenAt, SecondFactors } from './second-factor/types.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';
import { passwordLengthMax } from './user-input.ts';

/** How a person shows again that it is him. */
export type Proof = { password: string } | { code: string } | { passkey: unknown };

/** A session this young is proof enough for adding something, not for taking something away. */
const freshMs = 10 * 60_000;

/**
 * Resolves when it is really this person; throws forbidden or too-many otherwise. A stolen session, or a screen that
 * somebody left, must not be enough to keep the account (by a key of one's own) or to weaken it. `freshSuffices`: so
 * does having signed in within the last ten minutes.
 */
export type Confirm = (
  principal: UserPrincipal,
  proof: Proof | undefined,
  at: GivenAt,
  freshSuffices: boolean,
) => Promise<void>;

/** Confirms by password, second factor or a young session. */
export function createConfirm(parts: {
  db: Database;
  secondFactors: Pick<SecondFactors, 'verify'>;
  throttle: SignInThrottle;
  now: () => number;
}): Confirm {
  const { db, secondFactors, throttle, now } = parts;

  async function isFresh({ via, userId }: UserPrincipal): Promise<boolean> {
    if (via.kind !== 'session') return false;
    const row = await db
      .selectFrom('sessions')
      .select('created_at')
      .where('id', '=', via.id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row !== undefined && now() - row.created_at <= freshMs;
  }

  async function isPassword(principal: UserPrincipal, password: string): Promise<boolean> {
    const row = await db.selectFrom('users').selectAll().where('id', '=', principal.userId).executeTakeFirst();
    const attempt = throttle.admit(principal.email, 'confirm', true);
    if (!row?.password_hash || password.length > passwordLengthMax) return false;
    const right = await verifyPassword(password, row.password_hash);
    if (right) attempt.succeed();
    return right;
  }

  return async (principal, proof, at, freshSuffices) => {
    if (!proof) {
      if (freshSuffices && (await isFresh(principal))) return;
      throw appError('forbidden', 'Show that it is you: by password, or by a second factor.');
    }
    if ('password' in proof) {
      if (await isPassword(principal, proof.password)) return;
      throw appError('forbidden', 'The password is wrong.');
    }
    const given =
      'code' in proof
        ? ({ kind: 'code', code: proof.code } as const)
        : ({ kind: 'passkey', response: proof.passkey } as const);
    if (await secondFactors.verify(principal.userId, given, at)) return;
    throw appError(
      'forbidden',
      'code' in proof ? 'This code is wrong, or was used before.' : 'The passkey was refused.',
    );
  };
}
