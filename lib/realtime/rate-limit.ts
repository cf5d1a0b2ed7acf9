/** A bucket of tokens that fills with time. `take` is false when it is empty. */
export function createRateLimit(perSecond: number, burst: number, now: () => number = Date.now): { take(): boolean } {
  let tokens = burst;
  let atMs = now();
  return {
    take() {
      const nowMs = now();
      tokens = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond);
      atMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
