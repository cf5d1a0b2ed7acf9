import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `condition` gives something truthy and returns that. An error thrown by the condition counts as "not
 * yet" and is told when the deadline passes. The deadline is generous on purpose: CI runs on two busy cores.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 25 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, undefined | null | false | 0 | ''>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}${last ? `: ${String(last)}` : ''}`, { cause: last });
    }
    await delay(everyMs);
  }
}
