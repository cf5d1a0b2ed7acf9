import { createHmac, randomInt } from 'node:crypto';

const codesMax = 10;
/** Without letters and digits that people mistake for each other; 12 of them are 58 bits. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const lettersMax = 12;

/** Ten new codes as people write them down: `abcd-efgh-jkmn`. */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: codesMax }, () => {
    const letters = Array.from({ length: lettersMax }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
    return letters.replace(/(.{4})(?=.)/g, '$1-');
  });
}

/** A code without what people put between its letters; undefined when it can be none. */
export function readRecoveryCode(given: string): string | undefined {
  const letters = given.toLowerCase().replace(/[\s-]/g, '');
  return letters.length === lettersMax && [...letters].every((letter) => alphabet.includes(letter))
    ? letters
    : undefined;
}

/** As it is stored: keyed, so that a copy of the database alone gives nothing to guess at. `code` as read. */
export function hashRecoveryCode(key: Buffer, userId: string, code: string): string {
  return createHmac('sha256', key).update(`${userId}:${code}`).digest('base64url');
}
