import type { ContainerRow } from '#lib/shared/inventory.ts';
import type { Inventory } from './inventory.ts';
import { createListLoop } from './list-loop.ts';
import type { EngineEvent } from './read-event.ts';
import { quietActions } from './read-event.ts';
import { readHealth } from './read-rows.ts';
import { settleSince } from './status-age.ts';

/** More ids than this in one go are asked for by a list of everything. */
const idsMax = 150;
/**
 * Each touched container is listed once more after this. Engines differ in whether an event comes before or after the
 * state that it tells of shows in lists (20.10 says `die` first).
 */
const confirmMs = 300;
/** How soon to look again at a container that died by its event and runs by the list, and for how long. */
const disputeMs = 50;
const disputeEndsMs = 5000;

/** Keeps the container rows true: events are applied at once, and then proven by a list of just those ids. */
export interface ContainerSync {
  onEvent(event: EngineEvent): void;
  touch(id: string): void;
  /** Lists everything and compares; resolves when it is applied. */
  listAll(): Promise<void>;
}

/** What events told and lists do not. */
interface Facts {
  startedAt?: number;
  /** Set from the die event until a list agrees or the dispute's time is over. */
  death?: { code: number | undefined; disputedUntil: number };
}

export function createContainerSync(options: {
  inventory: Inventory;
  list: (ids?: readonly string[]) => Promise<unknown[]>;
  /** Reads raw rows; what can't be read is left out. */
  read: (answers: unknown[]) => Promise<ContainerRow[]>;
  onFailure: (error: unknown) => void;
  signal: AbortSignal;
}): ContainerSync {
  const { inventory, list, read, onFailure, signal } = options;
  const dirty = new Set<string>();
  let allDirty = false;
  let allListed: (() => void)[] = [];
  const facts = new Map<string, Facts>();
  // Events and lists draw from one sequence: what an event touched after a list was asked for, that list does not know.
  let sequence = 0;
  const touchedAt = new Map<string, number>();
  /** Removed since the last list was asked for. */
  const gone = new Set<string>();
  const confirm = new Set<string>();
  let confirmTimer: NodeJS.Timeout | undefined;
  let confirmAt = 0;
  signal.addEventListener('abort', () => {
    clearTimeout(confirmTimer);
    for (const done of allListed) done();
  });

  const loop = createListLoop({ due: () => allDirty || dirty.size > 0, step, onFailure, signal });

  async function step(): Promise<void> {
    const everything = allDirty || dirty.size > idsMax;
    const ids = everything ? undefined : [...dirty];
    const waiters = everything ? allListed : [];
    if (everything) {
      allDirty = false;
      allListed = [];
    }
    const askedAt = ++sequence;
    const listed = await list(ids).then(read, (error: unknown) => {
      if (everything) {
        allDirty = true;
        allListed = [...waiters, ...allListed];
      }
      throw error;
    });
    // Only now: a failed list leaves its ids dirty. Those touched since stay for the next round.
    for (const id of everything ? [...dirty] : (ids ?? [])) if (!isNewer(id, askedAt)) dirty.delete(id);
    apply(listed, ids, askedAt);
    for (const [id, at] of touchedAt) {
      if (at > askedAt) continue;
      touchedAt.delete(id);
      gone.delete(id);
    }
    for (const done of waiters) done();
  }

  function isNewer(id: string, askedAt: number): boolean {
    return (touchedAt.get(id) ?? 0) > askedAt;
  }

  function apply(listed: ContainerRow[], ids: readonly string[] | undefined, askedAt: number): void {
    const seen = new Set<string>();
    for (const row of listed) {
      seen.add(row.id);
      // The list may be older than the event: taking it would bring back the removed and undo the stopped. What is not
      // shown yet is taken all the same; it is listed again at once.
      if (!isNewer(row.id, askedAt) || (!gone.has(row.id) && !inventory.get('container', row.id)))
        inventory.set(reconcile(row, ids !== undefined));
    }
    for (const id of ids ?? [...inventory.ids('container')]) {
      if (seen.has(id) || isNewer(id, askedAt)) continue;
      facts.delete(id);
      inventory.remove('container', id);
    }
  }

  /** Joins what the list says with what events told before. */
  function reconcile(listed: ContainerRow, partial: boolean): ContainerRow {
    const known = facts.get(listed.id);
    const row: ContainerRow = { ...listed, startedAt: known?.startedAt };
    const death = known?.death;
    if (death && (row.state === 'running' || row.state === 'paused') && Date.now() < death.disputedUntil) {
      lookAgain(row.id, disputeMs);
      return asDead(row, death.code);
    }
    if (death && row.exitCode === undefined && row.state !== 'running') row.exitCode = death.code;
    if (known) known.death = undefined;
    const before = inventory.get('container', row.id);
    row.sinceAt = settleSince(row.status, before?.state === row.state ? before.sinceAt : undefined, Date.now());
    // `Up 3 minutes` grows by itself; in the small lists after events that alone is no change.
    if (partial && before?.status.startsWith('Up ') && before.state === row.state) row.status = before.status;
    return row;
  }

  function lookAgain(id: string, delayMs: number): void {
    confirm.add(id);
    const at = Date.now() + delayMs;
    if (confirmTimer && confirmAt <= at) return;
    clearTimeout(confirmTimer);
    confirmAt = at;
    confirmTimer = setTimeout(() => {
      confirmTimer = undefined;
      for (const waiting of confirm) dirty.add(waiting);
      confirm.clear();
      loop.kick();
    }, delayMs);
  }

  function touch(id: string): void {
    touchedAt.set(id, ++sequence);
    dirty.add(id);
    lookAgain(id, confirmMs);
    loop.kick();
  }

  function note(id: string, news: Facts): void {
    facts.set(id, { ...facts.get(id), ...news });
  }

  return {
    touch,
    listAll() {
      allDirty = true;
      const done = new Promise<void>((resolve) => allListed.push(resolve));
      loop.kick();
      return done;
    },
    onEvent(event) {
      const { actorId: id, action, at } = event;
      if (!id || quietActions.has(action)) return;
      if (action === 'destroy' || (action === 'remove' && event.type === 'container')) {
        touchedAt.set(id, ++sequence);
        gone.add(id);
        dirty.delete(id);
        confirm.delete(id);
        facts.delete(id);
        inventory.remove('container', id);
        return;
      }
      if (action === 'die' || action === 'died') {
        const code = Number.parseInt(event.attributes.exitCode ?? event.attributes.containerExitCode ?? '', 10);
        const death = { code: Number.isNaN(code) ? undefined : code, disputedUntil: Date.now() + disputeEndsMs };
        note(id, { death });
      } else if (action === 'start') {
        note(id, { startedAt: at || undefined, death: undefined });
      }
      const before = inventory.get('container', id);
      const after = before && withEvent(before, event, facts.get(id));
      if (after) inventory.set(after);
      touch(id);
    },
  };
}

/** The row as the event makes it, when that is certain; the list that follows says the rest. */
function withEvent(row: ContainerRow, event: EngineEvent, known: Facts | undefined): ContainerRow | undefined {
  switch (event.action) {
    case 'die':
    case 'died':
      return { ...asDead(row, known?.death?.code), sinceAt: event.at || undefined };
    case 'start':
      return {
        ...row,
        state: 'running',
        status: 'Up',
        exitCode: undefined,
        startedAt: known?.startedAt,
        sinceAt: event.at || undefined,
      };
    case 'pause':
      return { ...row, state: 'paused' };
    case 'unpause':
      return { ...row, state: 'running' };
    case 'rename':
      return event.attributes.name ? { ...row, name: event.attributes.name.replace(/^\//, '') } : undefined;
    case 'health_status':
      return { ...row, health: readHealth(event.detail || event.attributes.health_status || '') };
    default:
      return undefined;
  }
}

function asDead(row: ContainerRow, code: number | undefined): ContainerRow {
  // A container that is being restarted dies too; its list says `restarting` a moment later.
  const status = code === undefined ? 'Exited' : `Exited (${code})`;
  return { ...row, state: 'exited', status, exitCode: code, health: undefined };
}
