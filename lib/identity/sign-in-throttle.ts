import ipaddr from 'ipaddr.js';
import { appError } from '#lib/shared/errors.ts';
import { defaultSettings, type Settings } from '#lib/shared/settings.ts';

/** What one counter allows: so many failures freely, then a delay that doubles with each, up to a limit. */
interface Rule {
  free: number;
  delayMsMax: number;
}

/** The longest delays that no setting makes longer, or an attack on an account would lock the person out. */
const accountDelayMsMax = 60_000;
const addressDelayMsMax = 10_000;
/** Who guesses at a second factor knows the password already: strangers can't lock anybody out by it. */
const secondStep = { freePerAccount: 10, accountDelayMsMax: 15 * 60_000 };

function rulesOf(
  numbers: Settings['signInThrottle'],
  accountDelayMsMax: number,
): { pair: Rule; account: Rule; address: Rule } {
  return {
    /** Guessing one account's password from one place. */
    pair: { free: numbers.freePerPair, delayMsMax: numbers.longestMinutes * 60_000 },
    /** Guessing one account's password from many places. Short at most: it also delays the person, on a new device. */
    account: { free: numbers.freePerAccount, delayMsMax: accountDelayMsMax },
    /** Trying many accounts from one place. Shorter still: a whole company may sit behind one proxy (portainer #3900). */
    address: { free: numbers.freePerAddress, delayMsMax: addressDelayMsMax },
  };
}

/** Failures are forgotten this long after the last one. */
const memoryMs = 60 * 60_000;
/** Entries per counter; the oldest go first, so that made-up e-mails can't fill the memory. */
const entriesMax = 10_000;

interface Entry {
  failures: number;
  lastAt: number;
  blockedUntil: number;
}

export interface SignInAttempt {
  /** The password was right: the place is known from now on, and this attempt counts nowhere. */
  succeed(): void;
}

export interface SignInThrottle {
  /**
   * Counts one attempt before the password is looked at (so that a thousand parallel guesses count as a thousand);
   * throws too-many with the seconds to wait. `known`: this account has signed in from this address before, so
   * neither other people's failures behind the same proxy nor an attack on the account from elsewhere delay it.
   */
  admit(email: string, address: string, known: boolean): SignInAttempt;
}

/** Keeps the counters of one process in memory; `numbers` are asked at each attempt. `now` is for tests. */
export function createSignInThrottle(
  now: () => number = Date.now,
  numbers: () => Settings['signInThrottle'] = () => defaultSettings.signInThrottle,
  accountDelayMs = accountDelayMsMax,
): SignInThrottle {
  const pairs = new Map<string, Entry>();
  const accounts = new Map<string, Entry>();
  const addresses = new Map<string, Entry>();
  const successes = new Map<string, Entry>();

  return {
    admit(email, rawAddress, knownBefore) {
      const address = throttleAddress(rawAddress);
      const pair = `${email}|${address}`;
      const known = knownBefore || successes.has(pair);
      const rules = rulesOf(numbers(), accountDelayMs);
      const counters: [Map<string, Entry>, string, Rule][] = [[pairs, pair, rules.pair]];
      if (!known) counters.push([accounts, email, rules.account], [addresses, address, rules.address]);
      const waitMs = Math.max(...counters.map(([map, key]) => (map.get(key)?.blockedUntil ?? 0) - now()));
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1000);
        throw appError('too-many', `Too many attempts to sign in; try again in ${seconds} s.`);
      }
      for (const [map, key, rule] of counters) countFailure(map, key, rule, now());
      return {
        succeed() {
          pairs.delete(pair);
          for (const [map, key] of counters.slice(1)) forgive(map, key);
          remember(successes, pair, { failures: 0, lastAt: now(), blockedUntil: 0 });
        },
      };
    },
  };
}

/**
 * The throttle of second steps. Six digits, of which three are right at any time, need a longer wait per account than a
 * password does: with a quarter of an hour it takes years to guess one.
 */
export function createSecondStepThrottle(now: () => number, numbers: () => Settings['signInThrottle']): SignInThrottle {
  const { freePerAccount, accountDelayMsMax: delayMs } = secondStep;
  return createSignInThrottle(now, () => ({ ...numbers(), freePerAccount }), delayMs);
}

function countFailure(map: Map<string, Entry>, key: string, rule: Rule, now: number): void {
  const old = map.get(key);
  const failures = (old && now - old.lastAt < memoryMs ? old.failures : 0) + 1;
  const over = failures - rule.free;
  const delayMs = over > 0 ? Math.min(1000 * 2 ** Math.min(over - 1, 20), rule.delayMsMax) : 0;
  remember(map, key, { failures, lastAt: now, blockedUntil: now + delayMs });
}

function forgive(map: Map<string, Entry>, key: string): void {
  const entry = map.get(key);
  if (!entry) return;
  entry.failures--;
  entry.blockedUntil = 0;
}

/** Puts the entry last, and drops the first when there are too many. */
function remember(map: Map<string, Entry>, key: string, entry: Entry): void {
  map.delete(key);
  map.set(key, entry);
  if (map.size <= entriesMax) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}

/** An IPv6 customer has at least a /64 to himself: counted by address he would have 2^64 tries. */
function throttleAddress(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${Buffer.from(parsed.toByteArray().slice(0, 8)).toString('hex')}/64`;
}
