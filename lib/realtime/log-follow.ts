import type { Engines } from '#lib/engine/types.ts';
import type { Admission } from '#lib/gateway/types.ts';
import { isAppError } from '#lib/shared/errors.ts';
import type { LogLine } from '#lib/shared/realtime.ts';
import { createLogJoin } from './log-join.ts';
import { toEngineTime } from './log-parser.ts';
import { admittedContainer, type LogQuery, readLog } from './log-read.ts';
import { waitForContainer } from './wait-for-container.ts';
import { createWaker } from './waker.ts';

/** A viewer of a shared follow. Its callbacks are called synchronously and must not throw. */
export interface FollowMember {
  admission: Admission;
  lines(lines: readonly LogLine[]): void;
  notice(text: string): void;
  /** The container is gone, or its log can't be followed. */
  ended(code: 'done' | 'not-found' | 'conflict', message: string): void;
  /** Whether it would rather have the engine wait. It does when all its viewers would. */
  full(): boolean;
}

export interface Membership {
  /**
   * Resolves once the engine is known to stand at a place in the log (its first line came, or its end), so that a
   * history read from then on overlaps with what this follow will bring.
   */
  placed: Promise<void>;
  readonly isPlaced: boolean;
  /** Resolves at the next successful opening of the engine's stream. */
  reopened(): Promise<void>;
  /** Something was taken: `full` may have changed. */
  resume(): void;
  leave(): void;
}

export interface Follows {
  join(query: LogQuery, member: FollowMember): Membership;
  /** Engine streams open now. */
  readonly size: number;
}

const backoffMinMs = 250;
const backoffMaxMs = 5000;
/** What passes by itself; anything else the engine says will be said again. */
const passingCodes = new Set<string>(['engine-unreachable', 'engine-timeout', 'unavailable', 'forbidden']);

/** One engine stream per container and options, shared by its viewers, closed with the last. */
export function createFollows(engines: Engines): Follows {
  const follows = new Map<string, Follow>();
  return {
    join(query, member) {
      const { id } = admittedContainer(member.admission);
      const { stdout, stderr, since = '', until = '' } = query;
      const key = JSON.stringify([member.admission.engineId, id, stdout, stderr, since, until]);
      let follow = follows.get(key);
      if (!follow) {
        follow = createFollow(engines, member.admission.engineId, id, query, () => follows.delete(key));
        follows.set(key, follow);
      }
      return follow.add(member);
    },
    get size() {
      return follows.size;
    },
  };
}

interface Follow {
  add(member: FollowMember): Membership;
}

function createFollow(engines: Engines, engineId: string, id: string, query: LogQuery, onEmpty: () => void): Follow {
  const members = new Set<FollowMember>();
  const gate = createWaker();
  const empty = new AbortController();
  const placed = Promise.withResolvers<void>();
  let isPlaced = false;
  const place = () => {
    isPlaced = true;
    placed.resolve();
  };
  const opened = new Set<() => void>();
  const join = createLogJoin();
  // The engine's stream runs on one viewer's right; when that one leaves, another's takes over where it stopped.
  let carrier: { member: FollowMember; abort: AbortController } | undefined;
  /** Set from the second stream on: passes what the ones before had not brought. */
  let seam: ReturnType<typeof join.seam> | undefined;

  const tell = (text: string) => {
    for (const member of members) member.notice(text);
  };
  const endAll: FollowMember['ended'] = (code, message) => {
    for (const member of [...members]) member.ended(code, message);
  };
  const allFull = () => members.size > 0 && [...members].every((member) => member.full());
  const onOpen = () => {
    for (const resolve of opened) resolve();
    opened.clear();
  };

  /** One stream of the engine, to its end: how many lines it brought, and whether only its viewer left. */
  async function readOnce(member: FollowMember): Promise<{ count: number; left: boolean }> {
    const abort = new AbortController();
    carrier = { member, abort };
    let count = 0;
    try {
      for await (const lines of readLog(member.admission, nextPart(), abort.signal, 0, { open: onOpen })) {
        count += lines.length;
        deliver(lines);
        place();
        while (!abort.signal.aborted && allFull()) await gate.wait();
        if (abort.signal.aborted) break;
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    } finally {
      carrier = undefined;
    }
    return { count, left: abort.signal.aborted };
  }

  function nextPart(): LogQuery {
    // The last line at once proves where the engine stands; a view's history comes by readings of its own.
    if (!seam) return { ...query, follow: true, tail: 1 };
    const since = join.lastTime ? toEngineTime(join.lastTime, -1000) : query.since;
    return { ...query, follow: true, tail: undefined, since };
  }

  function deliver(lines: readonly LogLine[]): void {
    const fresh = seam ? seam(lines) : lines;
    if (fresh.length === 0) return;
    join.saw(fresh);
    for (const member of members) member.lines(fresh);
  }

  async function run(): Promise<void> {
    let backoffMs = backoffMinMs;
    for (;;) {
      const member = members.values().next().value;
      if (!member) return;
      let left = false;
      try {
        const result = await readOnce(member);
        left = result.left;
        if (result.count > 0) backoffMs = backoffMinMs;
        if (!left && query.until) return endAll('done', 'The log was read up to the time asked for.');
      } catch (error) {
        if (isAppError(error) && error.status === 404) return endAll('not-found', 'The container was removed.');
        if (isAppError(error) && !passingCodes.has(error.code)) return endAll('conflict', error.message);
      }
      place();
      seam = join.seam();
      if (left) continue;
      await waitForContainer({ engines, engineId, id, backoffMs, tell, signal: empty.signal });
      backoffMs = Math.min(backoffMs * 2, backoffMaxMs);
    }
  }

  function leave(member: FollowMember): void {
    if (!members.delete(member)) return;
    if (carrier?.member === member) carrier.abort.abort();
    gate.wake();
    if (members.size > 0) return;
    onEmpty();
    empty.abort();
    onOpen();
    place();
  }

  return {
    add(member) {
      members.add(member);
      if (members.size === 1) {
        run()
          .catch((error: unknown) => endAll('conflict', error instanceof Error ? error.message : String(error)))
          .finally(onEmpty);
      }
      return {
        placed: placed.promise,
        get isPlaced() {
          return isPlaced;
        },
        reopened: () => new Promise((resolve) => opened.add(resolve)),
        resume: () => gate.wake(),
        leave: () => leave(member),
      };
    },
  };
}
