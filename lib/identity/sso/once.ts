import { createHash } from 'node:crypto';

const rememberedMax = 10_000;

/** Tells whether a text comes for the first time within `lifeMs`; kept as hashes, the oldest go past 10,000. */
export function createOnce(lifeMs: number, now: () => number): (text: string) => boolean {
  const seen = new Map<string, number>();
  return (text) => {
    const key = createHash('sha256').update(text).digest('base64url');
    const first = (seen.get(key) ?? 0) <= now();
    if (first) seen.set(key, now() + lifeMs);
    for (const [old, endsAt] of seen) {
      if (endsAt > now() && seen.size <= rememberedMax) break;
      seen.delete(old);
    }
    return first;
  };
}
