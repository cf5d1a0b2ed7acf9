import { z } from 'zod';
import { appError } from '#lib/shared/errors.ts';
import type { Challenges } from './challenges.ts';
import { insertFactor, parseFactorName, selectFactors } from './factor-rows.ts';
import { registrationOptions, verifyRegistration } from './passkeys.ts';
import { type SecondFactorParts, totpPurpose } from './second-factors.ts';
import { makeTotpSecret, matchTotp, totpUri } from './totp.ts';
import type { SecondFactors } from './types.ts';

const ticketLifeMs = 15 * 60_000;
const ticketSchema = z.object({ userId: z.string(), secret: z.string(), at: z.number() });
const ticketPurpose = 'totp-enrolment';

type Parts = SecondFactorParts & { codeKey: Buffer; challenges: Challenges };

/** Adding factors: nothing is stored before the person has proven that it works. */
export function createEnrolment(
  parts: Parts,
): Pick<SecondFactors, 'beginTotp' | 'finishTotp' | 'beginPasskey' | 'finishPasskey'> {
  const { db, secrets, changeAccess, now, codeKey, challenges } = parts;
  const purpose = (userId: string, sessionId: string) => `register:${userId}:${sessionId}`;

  function openTicket(ticket: string, userId: string): string {
    let value: unknown;
    try {
      value = JSON.parse(secrets.open(ticketPurpose, ticket));
    } catch {
      throw staleTicket();
    }
    const parsed = ticketSchema.safeParse(value);
    // Of this person: else a stolen session could be talked into a secret that its thief knows.
    if (!parsed.success || parsed.data.userId !== userId || now() - parsed.data.at > ticketLifeMs) throw staleTicket();
    return parsed.data.secret;
  }

  return {
    beginTotp(user) {
      const secret = makeTotpSecret();
      const ticket = secrets.seal(ticketPurpose, JSON.stringify({ userId: user.id, secret, at: now() }));
      return { secret, uri: totpUri(secret, user.email), ticket };
    },
    async finishTotp(userId, sessionId, { ticket, code, name: given }) {
      const name = parseFactorName(given);
      const secret = openTicket(ticket, userId);
      const step = matchTotp(secret, code.replace(/\s/g, ''), now());
      if (step === undefined) {
        throw appError('bad-request', 'This is not the code of the app. Is the clock of the phone right?');
      }
      const factor = { user_id: userId, kind: 'totp', name, secret: secrets.seal(totpPurpose, secret), details: '{}' };
      // Stored as used: the code that was just typed must not open a sign-in as well.
      const row = { ...factor, credential_id: null, public_key: null, counter: step };
      return changeAccess((trx) => insertFactor(trx, row, { sessionId, nowMs: now(), codeKey }));
    },
    async beginPasskey(user, sessionId, place) {
      const rows = (await selectFactors(db, user.id)).filter((row) => row.kind === 'passkey');
      return registrationOptions(user, rows, place, challenges.issue(purpose(user.id, sessionId)));
    },
    async finishPasskey(userId, sessionId, { response, name: given }, place) {
      const name = parseFactorName(given);
      const made = await verifyRegistration(response, place, challenges, purpose(userId, sessionId));
      if (!made) throw appError('bad-request', 'The passkey could not be checked. Try again.');
      const { credentialId, publicKey, counter, details } = made;
      const factor = { user_id: userId, kind: 'passkey', name, secret: null, details, counter };
      const row = { ...factor, credential_id: credentialId, public_key: publicKey };
      return changeAccess((trx) => insertFactor(trx, row, { sessionId, nowMs: now(), codeKey }));
    },
  };
}

function staleTicket() {
  return appError('bad-request', 'This took too long; begin again.');
}
