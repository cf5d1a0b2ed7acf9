import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const lifeMs = 5 * 60_000;
/** Redeemed ones to remember until they end. Only signed ones count, and each costs its sender a whole attempt. */
const redeemedMax = 10_000;

/**
 * Challenges that nothing is stored for until one comes back: anybody may ask for one before signing in, so a table of
 * them would be a place to fill up.
 */
export interface Challenges {
  /** base64url. `purpose` binds it: a challenge for signing in must not do for adding a key. */
  issue(purpose: string): string;
  /** Whether it is one of ours for this purpose, in time, and comes for the first time. */
  redeem(challenge: string, purpose: string): boolean;
}

/** `key`: of its own. `now` is for tests. */
export function createChallenges(key: Buffer, now: () => number): Challenges {
  const redeemed = new Map<string, number>();
  const sign = (body: Buffer, purpose: string) => createHmac('sha256', key).update(body).update(purpose).digest();
  return {
    issue(purpose) {
      const body = Buffer.alloc(24);
      randomBytes(16).copy(body);
      body.writeBigUInt64BE(BigInt(now() + lifeMs), 16);
      return Buffer.concat([body, sign(body, purpose)]).toString('base64url');
    },
    redeem(challenge, purpose) {
      const bytes = Buffer.from(challenge, 'base64url');
      if (bytes.length !== 56) return false;
      const body = bytes.subarray(0, 24);
      if (!timingSafeEqual(bytes.subarray(24), sign(body, purpose))) return false;
      const endsAt = Number(body.readBigUInt64BE(16));
      const id = body.toString('base64url');
      if (now() >= endsAt || redeemed.has(id)) return false;
      redeemed.set(id, endsAt);
      for (const [old, end] of redeemed) {
        if (end > now() && redeemed.size <= redeemedMax) break;
        redeemed.delete(old);
      }
      return true;
    },
  };
}
