import type { Principal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';

/** How much of one kind somebody may have open at once. */
export interface Cap {
  /** Takes a place and gives the function that gives it back (once, however often called). Throws too-many. */
  enter(principal: Principal): () => void;
}

/**
 * One person, over all sessions, or one token may not take all that the console has: sockets, memory, an engine's
 * attention. `what` names the things in the refusal, `variable` the setting. The console itself is not counted.
 */
export function createCap(max: number, what: string, variable: string): Cap {
  const open = new Map<string, number>();
  return {
    enter(principal) {
      if (principal.kind === 'system') return () => undefined;
      const key = principal.via.kind === 'token' ? `token:${principal.via.id}` : `user:${principal.userId}`;
      const count = open.get(key) ?? 0;
      if (count >= max) {
        const whose = principal.via.kind === 'token' ? 'This token has' : 'You have';
        throw appError('too-many', `${whose} ${count} ${what} open already; ${max} is the limit (${variable}).`);
      }
      open.set(key, count + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const now = open.get(key) ?? 1;
        if (now > 1) open.set(key, now - 1);
        else open.delete(key);
      };
    },
  };
}
