import { setTimeout as delay } from 'node:timers/promises';
import { appError } from '#lib/shared/errors.ts';

/** A silent event stream is doubted after this; with the ping's own limit a cut cable shows within 18 s. */
export const silenceMs = 12_000;
export const pingTimeoutMs = 6_000;

/**
 * Pings an engine whenever nothing was heard for a while, on a connection of its own: an event stream over a cut cable
 * is silent for ever and looks healthy. Throws engine-timeout (or what the ping threw); returns when `signal` aborts.
 */
export async function watchLiveness(options: {
  /** When something was last heard, ms of the monotonic clock. */
  lastHeard: () => number;
  ping: (signal: AbortSignal) => Promise<unknown>;
  onAnswer: () => void;
  signal: AbortSignal;
}): Promise<void> {
  const { lastHeard, ping, onAnswer, signal } = options;
  while (!signal.aborted) {
    const wait = lastHeard() + silenceMs - performance.now();
    if (wait > 0) {
      await delay(wait, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(appError('engine-timeout', `The engine has not answered for ${pingTimeoutMs / 1000} s.`)),
      pingTimeoutMs,
    );
    try {
      await ping(AbortSignal.any([signal, limit.signal]));
      onAnswer();
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
