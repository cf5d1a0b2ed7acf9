import { randomUUID } from 'node:crypto';
import { authorize } from '#lib/authz/authorize.ts';
import type { Engines } from '#lib/engine/types.ts';
import { createCap } from '#lib/gateway/cap.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { Identity } from '#lib/identity/types.ts';
import type { Log } from '#lib/log.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { TerminalInfo, TerminalOpen } from '#lib/shared/realtime.ts';
import type { Channel } from './channel.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const holdMs = 5 * 60_000;

export interface TerminalDeps {
  door: Door;
  engines: Pick<Engines, 'find'>;
  identity: Pick<Identity, 'watch'>;
  log: Pick<Log, 'warn'>;
  /** How long a terminal without a page is held; absent: five minutes. */
  holdMs?: number;
  /** Of one person or token; absent: 32. */
  terminalsMax?: number;
}

/** The terminals of all sessions; each belongs to the session that opened it and is told to no other. */
export interface Terminals {
  open(
    principal: UserPrincipal,
    request: TerminalOpen,
    channel: Channel,
  ): Promise<{ terminal: Terminal; start: () => void }>;
  /** The right is asked again: what may not be opened may not be looked at again either. */
  resume(principal: UserPrincipal, id: string, channel: Channel): { terminal: Terminal; start: () => void };
  list(principal: UserPrincipal, engine: string, container: string): TerminalInfo[];
  end(principal: UserPrincipal, id: string): Promise<void>;
  close(): void;
  readonly size: number;
}

interface Held {
  owner: string;
  engineId: string;
  terminal: Terminal;
  abort: AbortController;
  unwatch: () => void;
  /** Gives the place among the owner's terminals back. */
  leave: () => void;
  channel?: Channel;
  timer?: NodeJS.Timeout;
}

export function createTerminals(deps: TerminalDeps): Terminals {
  const held = new Map<string, Held>();
  const cap = createCap(deps.terminalsMax ?? 32, 'terminals', 'PILOTHOUSE_TERMINALS_MAX');

  function find(principal: UserPrincipal, id: string): Held {
    const found = held.get(id);
    // Another person's id is answered as one that never was.
    if (!found || found.owner !== ownerOf(principal)) throw appError('not-found', 'This terminal is no longer there.');
    return found;
  }

  async function hangUp(entry: Held, why: string): Promise<string> {
    clearTimeout(entry.timer);
    const left = await entry.terminal.hangUp();
    const { engine, containerName, command } = entry.terminal.info;
    if (left) deps.log.warn('a terminal could not be ended', { why, engine, container: containerName, command, left });
    return left;
  }

  /** A page left: the terminal waits for it to come back, for a while. */
  function hold(entry: Held): void {
    clearTimeout(entry.timer);
    if (entry.terminal.info.state === 'exited') {
      forget(entry);
      return;
    }
    entry.timer = setTimeout(() => void hangUp(entry, 'nobody came back to it'), deps.holdMs ?? holdMs);
  }

  function forget(entry: Held): void {
    clearTimeout(entry.timer);
    entry.unwatch();
    entry.leave();
    held.delete(entry.terminal.info.id);
  }

  function show(entry: Held, channel: Channel, replay: boolean): void {
    clearTimeout(entry.timer);
    entry.channel = channel;
    channel.signal.addEventListener(
      'abort',
      () => {
        if (entry.channel === channel) hold(entry);
      },
      { once: true },
    );
    entry.terminal.attach(channel, replay);
  }

  return {
    async open(principal, request, channel) {
      const owner = ownerOf(principal);
      // Also while it opens: a hundred at once must not all find room.
      const leave = cap.enter(principal);
      const abort = new AbortController();
      const ended = () =>
        appError('not-signed-in', 'The session or token that this terminal was opened with has ended.');
      let current: UserPrincipal | undefined = principal;
      const unwatch = deps.identity.watch(principal, (now) => {
        current = now;
        if (!now) abort.abort(ended());
      });
      const place = {
        door: deps.door,
        get principal() {
          if (!current) throw ended();
          return current;
        },
        engine: request.engine,
        container: request.container,
      };
      const terminal = await openTerminal(place, request, randomUUID(), abort).catch((error: unknown) => {
        unwatch();
        leave();
        throw error;
      });
      const engineId = deps.engines.find(request.engine)?.id ?? '';
      const entry: Held = { owner, engineId, terminal, abort, unwatch, leave };
      held.set(terminal.info.id, entry);
      void terminal.ended.then(() => {
        if (!entry.channel || entry.channel.signal.aborted) forget(entry);
      });
      if (channel.signal.aborted) hold(entry);
      return { terminal, start: () => show(entry, channel, true) };
    },
    resume(principal, id, channel) {
      const entry = find(principal, id);
      const engine = deps.engines.find(entry.engineId);
      const operation = entry.terminal.info.kind === 'exec' ? 'exec.start' : 'container.attach';
      const decision = authorize(principal, operation, engine, Date.now());
      if (!engine || !decision.allow) throw appError('forbidden', `${decision.reason}.`);
      return { terminal: entry.terminal, start: () => show(entry, channel, true) };
    },
    list(principal, engineName, container) {
      const owner = ownerOf(principal);
      const engine = deps.engines.find(engineName);
      return [...held.values()]
        .filter((entry) => entry.owner === owner && entry.engineId === engine?.id)
        .map(({ terminal }) => terminal.info)
        .filter((info) => [info.container, info.containerName].includes(container));
    },
    async end(principal, id) {
      const entry = find(principal, id);
      const left = await hangUp(entry, 'ended by its owner');
      forget(entry);
      if (left) throw appError('conflict', `Not everything could be ended: ${left}`);
    },
    close() {
      // Each has its lifeline, which hangs up as its stream ends.
      for (const entry of [...held.values()]) {
        entry.abort.abort(appError('unavailable', 'The console stops.'));
        forget(entry);
      }
    },
    get size() {
      return held.size;
    },
  };
}

function ownerOf(principal: UserPrincipal): string {
  return `${principal.userId}/${principal.via.kind}/${principal.via.id}`;
}
