import { createLog } from '#lib/log.ts';
import type { Principal, RoleBook, UserPrincipal } from '#lib/shared/access.ts';
import type { PrincipalEntry, Principals } from './principals.ts';

const log = createLog();

type Listener = (current: UserPrincipal | undefined) => void;

/** Those who must hear when a principal changes or ends: open streams, sockets, terminals. */
export interface Watches {
  watch(principal: Principal, listener: Listener): () => void;
  stop(): void;
}

/** Node's timers overflow past this and fire at once. */
const timerMsMax = 2 ** 31 - 1;

/** One principal that somebody watches. All its watchers share one lookup and one timer. */
interface Watched {
  principal: UserPrincipal;
  listeners: Set<Listener>;
  timer?: NodeJS.Timeout;
  /** A look is under way; `again`: something changed meanwhile. */
  looking: boolean;
  again: boolean;
}

/** Pushes changes: looks when something has changed, and sets a timer for the moment at which time itself ends a right. */
export function createWatches(principals: Principals): Watches {
  const watched = new Map<string, Watched>();
  const unsubscribe = principals.onChange(() => {
    for (const [key, entry] of watched) look(key, entry);
  });

  function look(key: string, entry: Watched): void {
    entry.again = true;
    if (entry.looking) return;
    entry.looking = true;
    void lookUntilQuiet(key, entry);
  }

  async function lookUntilQuiet(key: string, entry: Watched): Promise<void> {
    while (entry.again && watched.get(key) === entry) {
      entry.again = false;
      let found: PrincipalEntry | undefined;
      try {
        found = await principals.find(entry.principal.via);
      } catch (error) {
        // Unknown means denied: whoever can't be looked up any more must not go on streaming.
        log.error('somebody could not be looked up; what he has open is ended', {
          email: entry.principal.email,
          error,
        });
      }
      if (watched.get(key) === entry) tell(key, entry, found);
    }
    entry.looking = false;
  }

  function tell(key: string, entry: Watched, found: PrincipalEntry | undefined): void {
    clearTimeout(entry.timer);
    if (!found) {
      watched.delete(key);
      for (const listener of entry.listeners) call(listener, undefined);
      return;
    }
    const untilMs = found.changesAtMs - principals.now();
    if (Number.isFinite(untilMs)) {
      entry.timer = setTimeout(() => look(key, entry), Math.min(Math.max(untilMs, 0), timerMsMax));
    }
    if (isSame(found.principal, entry.principal)) return;
    entry.principal = found.principal;
    for (const listener of entry.listeners) call(listener, found.principal);
  }

  return {
    watch(principal, listener) {
      if (principal.kind !== 'user') return () => {};
      const key = `${principal.via.kind}:${principal.via.id}`;
      let entry = watched.get(key);
      // Someone who brings an older view than the others must hear of the difference, so he gets a watch of his own.
      const own = entry !== undefined && !isSame(entry.principal, principal);
      const ownKey = own ? `${key}#${++serial}` : key;
      if (!entry || own) {
        entry = { principal, listeners: new Set(), looking: false, again: false };
        watched.set(ownKey, entry);
      }
      const held = entry;
      // Each watch is its own, also when two pass the same function.
      const mine: Listener = (current) => listener(current);
      held.listeners.add(mine);
      // What changed between the moment the principal was looked up and this one is told, too.
      const current = principals.current(principal);
      if (current) tell(ownKey, held, current);
      else look(ownKey, held);
      return () => {
        held.listeners.delete(mine);
        if (held.listeners.size > 0 || watched.get(ownKey) !== held) return;
        clearTimeout(held.timer);
        watched.delete(ownKey);
      };
    },
    stop() {
      unsubscribe();
      for (const entry of watched.values()) clearTimeout(entry.timer);
      watched.clear();
    },
  };
}

let serial = 0;

function call(listener: Listener, current: UserPrincipal | undefined): void {
  try {
    listener(current);
  } catch (error) {
    // One broken stream must not keep the others from hearing that their right is gone.
    log.error('a listener for changed rights failed', { error });
  }
}

/** Whether nothing differs that a stream may depend on; the address is one request's business. */
function isSame(a: UserPrincipal, b: UserPrincipal): boolean {
  // One load's list of grants goes into each request's principal: equal without spelling it out.
  const sameLoad = a.grants === b.grants && a.limits === b.limits && a.roles === b.roles && a.via.id === b.via.id;
  const samePerson = a.email === b.email && a.name === b.name && a.expiresAt === b.expiresAt;
  return (sameLoad && samePerson) || fingerprint(a) === fingerprint(b);
}

function fingerprint({ userId, email, name, via, grants, limits, roles, expiresAt }: UserPrincipal): string {
  return JSON.stringify([userId, email, name, via.id, grants, limits, roles && fingerprintOf(roles), expiresAt]);
}

const rolePrints = new WeakMap<RoleBook, string>();

/** A book is never changed in place, so it is spelt out once. */
function fingerprintOf(roles: RoleBook): string {
  let print = rolePrints.get(roles);
  if (print === undefined) {
    print = JSON.stringify(
      [...roles.values()].map((role) => [role.name, [...role.operations], role.hostAccess, role.seeSecrets]),
    );
    rolePrints.set(roles, print);
  }
  return print;
}
