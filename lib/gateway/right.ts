import type { Engines } from '#lib/engine/types.ts';
import type { Identity } from '#lib/identity/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import { type AppError, appError, isAppError } from '#lib/shared/errors.ts';

/** The right that an admission lives on, for as long as it lives. */
export interface Right {
  /** The principal as it is now; changes of grants between identify and authorize count. */
  current(): Principal | undefined;
  /** From now on every change asks `check` again; what it throws ends the right. */
  require(check: (principal: Principal) => void): void;
  /** Aborts when the right has ended; `reason` is an AppError. */
  revoked: AbortSignal;
  /** Aborts with `signal` or with the right, until `stop`; once per right. AbortSignal.any costs three times as much. */
  join(signal: AbortSignal): AbortSignal;
  stop(): void;
}

/** Watches over all open admissions. */
export interface Rights {
  /** `onStop` is called once, when the right is no longer watched. */
  begin(principal: Principal, engineId: string, onStop?: () => void): Right;
  /** Ends every right that is open; the console stops. */
  endAll(reason: AppError): void;
}

// setTimeout fires at once beyond this.
const timerMsMax = 2 ** 31 - 1;

/**
 * Revocation is pushed: identity tells of changed grants, tokens, sessions and users, the engine room of changed tags
 * and removed engines, and a timer of grants that expire. Nothing is polled.
 */
export function createRights(deps: {
  engines: Pick<Engines, 'onStatus' | 'find'>;
  identityWatch: Identity['watch'];
  now: () => number;
}): Rights {
  const byEngine = new Map<string, Set<() => void>>();
  const open = new Set<(reason: AppError) => void>();
  deps.engines.onStatus((engineId) => {
    for (const recheck of byEngine.get(engineId) ?? []) recheck();
  });

  return {
    begin(principal, engineId, onStop) {
      const controller = new AbortController();
      let current: Principal | undefined = principal;
      let check: ((principal: Principal) => void) | undefined;
      let timer: NodeJS.Timeout | undefined;
      let stopped = false;
      let unjoin: (() => void) | undefined;
      const recheck = () => {
        if (stopped) return;
        const reason = reasonToEnd(current, check);
        if (reason) end(reason);
        else armTimer();
      };
      const end = (reason: AppError) => {
        // Before the stop, which takes the listeners off.
        controller.abort(reason);
        stop();
      };
      open.add(end);
      const armTimer = () => {
        clearTimeout(timer);
        const at = nextExpiry(current, deps.now());
        if (at !== undefined) timer = setTimeout(recheck, Math.min(at - deps.now() + 1, timerMsMax));
      };
      const unwatch = deps.identityWatch(principal, (changed) => {
        current = changed;
        recheck();
      });
      const rechecks = byEngine.get(engineId) ?? new Set();
      byEngine.set(engineId, rechecks.add(recheck));
      const stop = () => {
        stopped = true;
        open.delete(end);
        clearTimeout(timer);
        unjoin?.();
        onStop?.();
        unwatch();
        rechecks.delete(recheck);
        if (rechecks.size === 0 && byEngine.get(engineId) === rechecks) byEngine.delete(engineId);
      };
      armTimer();
      return {
        current: () => current,
        require(next) {
          check = next;
        },
        revoked: controller.signal,
        join(signal) {
          const joined = new AbortController();
          const { signal: revoked } = controller;
          const onAbort = () => joined.abort(signal.aborted ? signal.reason : revoked.reason);
          if (signal.aborted || revoked.aborted) onAbort();
          signal.addEventListener('abort', onAbort);
          revoked.addEventListener('abort', onAbort);
          unjoin = () => {
            signal.removeEventListener('abort', onAbort);
            revoked.removeEventListener('abort', onAbort);
          };
          return joined.signal;
        },
        stop,
      };
    },
    endAll(reason) {
      for (const end of [...open]) end(reason);
    },
  };
}

function reasonToEnd(
  principal: Principal | undefined,
  check: ((principal: Principal) => void) | undefined,
): AppError | undefined {
  if (!principal) return appError('not-signed-in', 'The session or token that this was begun with has ended.');
  try {
    check?.(principal);
    return undefined;
  } catch (error) {
    return isAppError(error) ? error : appError('internal', 'The right to this could not be checked again.', error);
  }
}

function nextExpiry(principal: Principal | undefined, nowMs: number): number | undefined {
  if (principal?.kind !== 'user') return undefined;
  let next: number | undefined;
  for (const { expiresAt } of [...principal.grants, ...(principal.limits ?? [])]) {
    if (expiresAt !== undefined && expiresAt > nowMs && (next === undefined || expiresAt < next)) next = expiresAt;
  }
  return next;
}
