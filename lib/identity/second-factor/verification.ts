import { createHash } from 'node:crypto';
import { allowsLocalSignIn, readSignInPolicy } from '../sign-in-policy.ts';
import type { SignInThrottle } from '../sign-in-throttle.ts';
import { toUser } from '../user-input.ts';
import type { Challenges } from './challenges.ts';
import { type FactorRow, selectFactors } from './factor-rows.ts';
import { assertionOptions, claimedCredential, verifyAssertion } from './passkeys.ts';
import { hashRecoveryCode, readRecoveryCode } from './recovery-codes.ts';
import { type SecondFactorParts, totpPurpose } from './second-factors.ts';
import { matchTotp } from './totp.ts';
import type { SecondFactors, WebAuthnPlace } from './types.ts';

type Parts = SecondFactorParts & { codeKey: Buffer; challenges: Challenges; throttle: SignInThrottle };

const alone = 'passkey';
const ofPerson = (userId: string) => `factor:${userId}`;

/** Checking what is given. Each thing counts once, also when it comes twice at the same moment. */
export function createVerification(parts: Parts): Pick<SecondFactors, 'passkeyOptions' | 'verify' | 'passkeySignIn'> {
  const { db, secrets, now, codeKey, challenges, throttle } = parts;

  /** Replay: the counter only goes up, and the database decides which of two that come at once was first. */
  async function advance(row: FactorRow, counter: number): Promise<boolean> {
    // Passkeys that are kept in step over devices have no counter: theirs stays 0, and the challenge alone is once.
    const uncounted = row.kind === 'passkey' && counter === 0 && row.counter === 0;
    const { numUpdatedRows } = await db
      .updateTable('second_factors')
      .set({ counter, last_used_at: now() })
      .where('id', '=', row.id)
      .where('counter', uncounted ? '<=' : '<', counter)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async function checkTotp(rows: FactorRow[], code: string): Promise<boolean> {
    for (const row of rows) {
      if (row.kind !== 'totp' || row.secret === null) continue;
      const step = matchTotp(secrets.open(totpPurpose, row.secret), code, now());
      if (step !== undefined && (await advance(row, step))) return true;
    }
    return false;
  }

  async function redeemRecoveryCode(userId: string, code: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('recovery_codes')
      .where('user_id', '=', userId)
      .where('hash', '=', hashRecoveryCode(codeKey, userId, code))
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  async function checkPasskey(
    row: FactorRow | undefined,
    response: unknown,
    place: WebAuthnPlace,
    purpose: string,
  ): Promise<boolean> {
    if (!row) return false;
    const redeem = (challenge: string) => challenges.redeem(challenge, purpose);
    const counter = await verifyAssertion(row, response, place, redeem, purpose === alone);
    return counter !== undefined && (await advance(row, counter));
  }

  return {
    async passkeyOptions(place, userId) {
      if (userId === undefined) return assertionOptions(undefined, place, challenges.issue(alone));
      const rows = (await selectFactors(db, userId)).filter((row) => row.kind === 'passkey');
      return assertionOptions(rows, place, challenges.issue(ofPerson(userId)));
    },
    async verify(userId, given, { address, place }) {
      const attempt = throttle.admit(`second:${userId}`, address, false);
      const rows = await selectFactors(db, userId);
      const used = await (async () => {
        if (given.kind === 'passkey') {
          const id = claimedCredential(given.response);
          const row = rows.find((each) => each.credential_id !== null && each.credential_id === id);
          return (await checkPasskey(row, given.response, place, ofPerson(userId))) ? 'passkey' : undefined;
        }
        const code = given.code.replace(/\s/g, '').slice(0, 100);
        if (await checkTotp(rows, code)) return 'totp';
        const recovery = rows.length > 0 ? readRecoveryCode(code) : undefined;
        return recovery && (await redeemRecoveryCode(userId, recovery)) ? 'recovery' : undefined;
      })();
      if (used) attempt.succeed();
      return used;
    },
    async passkeySignIn(response, { address, place }) {
      const id = claimedCredential(response) ?? '';
      const attempt = throttle.admit(`passkey:${createHash('sha256').update(id).digest('base64url')}`, address, false);
      const row = await db
        .selectFrom('second_factors')
        .selectAll()
        .where('credential_id', '=', id)
        .where('kind', '=', 'passkey')
        .executeTakeFirst();
      if (!row || !(await checkPasskey(row, response, place, alone))) return undefined;
      const user = await db.selectFrom('users').selectAll().where('id', '=', row.user_id).executeTakeFirst();
      if (user?.disabled !== 0 || user.kind !== 'person') return undefined;
      if (!allowsLocalSignIn(await readSignInPolicy(db), user.id)) return undefined;
      attempt.succeed();
      return toUser(user);
    },
  };
}
