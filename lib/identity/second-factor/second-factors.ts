import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import { appError } from '#lib/shared/errors.ts';
import type { Settings } from '#lib/shared/settings.ts';
import type { ChangeAccess } from '../access-change.ts';
import { createSecondStepThrottle } from '../sign-in-throttle.ts';
import { createChallenges } from './challenges.ts';
import { createEnrolment } from './enrolment.ts';
import { parseFactorName, replaceRecoveryCodes, selectFactors, toFactor } from './factor-rows.ts';
import type { SecondFactors } from './types.ts';
import { createVerification } from './verification.ts';

export interface SecondFactorParts {
  db: Database;
  secrets: SecretBox;
  changeAccess: ChangeAccess;
  throttleNumbers: () => Settings['signInThrottle'];
  now: () => number;
}

/** The purpose under which the apps' shared secrets are encrypted. */
export const totpPurpose = 'totp';

/** Codes by an app, passkeys and recovery codes, over their two tables. */
export function createSecondFactors(parts: SecondFactorParts): SecondFactors {
  const { db, secrets, changeAccess, now } = parts;
  const codeKey = secrets.key('recovery-code');
  const challenges = createChallenges(secrets.key('webauthn-challenge'), now);
  const throttle = createSecondStepThrottle(now, parts.throttleNumbers);
  const shared = { ...parts, codeKey, challenges, throttle };

  return {
    ...createEnrolment(shared),
    ...createVerification(shared),
    async list(userId) {
      const { count } = await db
        .selectFrom('recovery_codes')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      return { factors: (await selectFactors(db, userId)).map(toFactor), recoveryCodesLeft: count };
    },
    async holders() {
      const rows = await db.selectFrom('second_factors').select('user_id').distinct().execute();
      return new Set(rows.map(({ user_id }) => user_id));
    },
    async step(userId) {
      const rows = await selectFactors(db, userId);
      return {
        totp: rows.some((row) => row.kind === 'totp'),
        passkey: rows.some((row) => row.kind === 'passkey'),
      };
    },
    async rename(userId, id, given) {
      const name = parseFactorName(given);
      const row = await db
        .updateTable('second_factors')
        .set({ name })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw noFactor();
      return toFactor(row);
    },
    remove: (userId, id, mustKeepOne) =>
      changeAccess(async (trx) => {
        const rows = await selectFactors(trx, userId);
        if (!rows.some((row) => row.id === id)) throw noFactor();
        if (rows.length === 1 && mustKeepOne) {
          throw appError('conflict', 'Your account must keep a second factor. Add another one first.');
        }
        await trx.deleteFrom('second_factors').where('id', '=', id).where('user_id', '=', userId).execute();
        if (rows.length === 1) await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
      }),
    makeRecoveryCodes: (userId) =>
      changeAccess(async (trx) => {
        if ((await selectFactors(trx, userId)).length === 0) {
          throw appError('conflict', 'Recovery codes stand in for a second factor; add one first.');
        }
        return replaceRecoveryCodes(trx, userId, codeKey);
      }),
    reset: (userId) =>
      changeAccess(async (trx) => {
        await trx.deleteFrom('second_factors').where('user_id', '=', userId).execute();
        await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
        // Whoever asks for a reset may not be who he says; what is open was opened with the factor that is gone.
        await trx.deleteFrom('sessions').where('user_id', '=', userId).execute();
      }),
  };
}

function noFactor() {
  return appError('not-found', 'There is no such second factor.');
}
