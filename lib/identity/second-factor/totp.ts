import { timingSafeEqual } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const period = 30;
const issuer = 'Pilothouse';

/** A new shared secret, base32: 160 bits, as RFC 4226 recommends. */
export function makeTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What an authenticator app reads from the QR code. */
export function totpUri(secret: string, email: string): string {
  return new TOTP({ issuer, label: email, secret: Secret.fromBase32(secret), period }).toString();
}

/** The code of one moment; for tests. */
export function totpCode(secret: string, nowMs: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret), period }).generate({ timestamp: nowMs });
}

/**
 * The time step (RFC 6238) whose code this is, one step early or late allowed for clocks that differ. Undefined: wrong.
 * Looks at every allowed step whatever matched, so that time does not tell which. The caller refuses steps that were
 * used: a code that somebody saw over a shoulder is worth nothing.
 */
export function matchTotp(secret: string, code: string, nowMs: number): number | undefined {
  const given = Buffer.from(code);
  const current = Math.floor(nowMs / 1000 / period);
  let matched: number | undefined;
  for (const step of [current - 1, current, current + 1]) {
    const expected = Buffer.from(totpCode(secret, step * period * 1000));
    if (given.length === expected.length && timingSafeEqual(given, expected)) matched = step;
  }
  return matched;
}
