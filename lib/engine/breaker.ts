import { type AppError, appError } from '#lib/shared/errors.ts';

/** A failed engine is tried again by itself after these bounds, doubled each time and jittered. */
const backoffFirstMs = 500;
const backoffMaxMs = 15_000;
/** A person's request wakes the next attempt, at most once in this time. */
const wakeEveryMs = 1000;
/** How long a request to a broken engine waits for the attempt under way. */
const attemptPatienceMs = 2000;

/** The wait before attempt `failures` + 1, in ms: half of it fixed, half random, so that engines do not come in step. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const full = Math.min(backoffMaxMs, backoffFirstMs * 2 ** Math.min(failures, 16));
  return Math.round(full * (0.5 + random() * 0.5));
}

/**
 * The circuit breaker of one engine. Closed: requests pass. Open (the last attempt to follow the engine failed): a
 * request wakes the next attempt and waits for it briefly, else fails at once with the last problem, so that a hung
 * engine costs nobody more than a moment.
 */
export interface Breaker {
  /** Resolves when a request may be sent; throws the engine's last problem. */
  admit(signal: AbortSignal): Promise<void>;
  /** An attempt begins. */
  attempt(): void;
  /** The engine answered. */
  close(): void;
  /** The attempt failed. */
  open(problem: AppError): void;
  /** Waits the given time, or less when a request wakes it or `signal` aborts. */
  rest(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBreaker(): Breaker {
  let problem: AppError | undefined;
  let attemptAt: number | undefined;
  let failedAt = 0;
  let wake: (() => void) | undefined;
  let outcome = Promise.withResolvers<void>();

  function settle(): void {
    attemptAt = undefined;
    outcome.resolve();
    outcome = Promise.withResolvers<void>();
  }

  return {
    async admit(signal) {
      if (!problem) return;
      if (attemptAt === undefined && performance.now() - failedAt >= wakeEveryMs) wake?.();
      const patience = attemptAt === undefined ? 0 : attemptAt + attemptPatienceMs - performance.now();
      if (patience > 0) await firstOf(outcome.promise, patience, signal);
      signal.throwIfAborted();
      // A new error each time: who catches it may add an audit id to it.
      if (problem) throw appError(problem.code, problem.message, problem.cause);
    },
    attempt() {
      attemptAt = performance.now();
    },
    close() {
      problem = undefined;
      settle();
    },
    open(reason) {
      problem = reason;
      failedAt = performance.now();
      settle();
    },
    async rest(ms, signal) {
      const woken = Promise.withResolvers<void>();
      wake = () => {
        // Counts as begun now, so that the request that woke us waits for it.
        attemptAt = performance.now();
        wake = undefined;
        woken.resolve();
      };
      await firstOf(woken.promise, ms, signal);
      wake = undefined;
    },
  };
}

/** Resolves with the promise, after a time, or when the signal aborts; leaves no timer behind. */
function firstOf(promise: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
    void promise.then(done);
  });
}
