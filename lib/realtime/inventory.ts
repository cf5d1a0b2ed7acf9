import { authorize, coversEngine } from '#lib/authz/authorize.ts';
import type { EngineConfig, Engines } from '#lib/engine/types.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import type { EngineStatus, InventoryChange, InventoryKind, InventorySnapshot } from '#lib/shared/inventory.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import { createScopedRows, listOperation, type ScopedRows, sightOf } from './scoped-rows.ts';

/** How a connection is reached. */
export interface InventorySink {
  /** Packets that wait for the network. */
  readonly waiting: number;
  reset(snapshot: InventorySnapshot): void;
  /** For one who sees a part of an engine; all others get theirs by their group. */
  change(change: InventoryChange): void;
  statuses(statuses: EngineStatus[]): void;
  join(group: string): void;
  leave(group: string): void;
}

/** One connection's view of all engines' lists. */
export interface InventoryView {
  open(kinds: readonly InventoryKind[]): { engines: EngineStatus[]; snapshots: InventorySnapshot[] };
  snapshot(engine: string, kinds: readonly InventoryKind[]): InventorySnapshot | undefined;
  close(): void;
  /** The person's grants have changed. */
  setPrincipal(principal: UserPrincipal): void;
  /** The network has taken what waited. */
  drained(): void;
}

export interface Inventory {
  view(principal: UserPrincipal, sink: InventorySink): InventoryView;
  stop(): void;
}

const waitingMax = 256;
const gatherMs = 30;

/**
 * The lists of all engines to all connections, from one subscription. A change is encoded once for all who see the same
 * kinds of the same engine (`send` to a group); whoever sees some objects only gets his own. A connection that does not
 * keep up gets the whole list again when it can, instead of a queue without end.
 */
export function createInventory(engines: Engines, send: (group: string, change: InventoryChange) => void): Inventory {
  const views = new Set<View>();
  let statusTimer: NodeJS.Timeout | undefined;

  const tellStatusesSoon = () => {
    statusTimer ??= setTimeout(() => {
      statusTimer = undefined;
      for (const view of views) view.refresh();
    }, gatherMs);
  };
  const ends = [
    engines.onChange((engineId, change) => {
      const groups = new Set<string>();
      for (const view of views) {
        const group = view.groupFor(engineId);
        if (group !== undefined) groups.add(group);
        view.change(engineId, change);
      }
      for (const group of groups) send(group, pickKinds(change, kindsOfGroup(group)));
    }),
    engines.onReset((engineId) => {
      for (const view of views) view.reset(engineId);
    }),
    engines.onStatus(tellStatusesSoon),
  ];

  return {
    view(principal, sink) {
      const view = createView(engines, principal, sink, (opened) => {
        if (opened) views.add(view);
        else views.delete(view);
      });
      return view;
    },
    stop() {
      clearTimeout(statusTimer);
      for (const end of ends) end();
      views.clear();
    },
  };
}

interface View extends InventoryView {
  /** The group that gets this engine's changes; undefined: none, or this connection lags. */
  groupFor(engineId: string): string | undefined;
  /** Sends what of the change is in sight to one who sees a part of the engine. */
  change(engineId: string, change: InventoryChange): void;
  reset(engineId: string): void;
  refresh(): void;
}

function createView(
  engines: Engines,
  first: UserPrincipal,
  sink: InventorySink,
  onOpen: (open: boolean) => void,
): View {
  let principal = first;
  let wanted: readonly InventoryKind[] = [];
  const groups = new Map<string, string>();
  const lagging = new Set<string>();
  /** For the engines of which this person sees a part, what is in sight. */
  const scoped = new Map<string, ScopedRows>();
  const sights = new Map<string, string | undefined>();

  const visibleKinds = (engine: EngineConfig, kinds: readonly InventoryKind[]) =>
    kinds.filter((kind) => authorize(principal, listOperation[kind], engine, Date.now()).allow);
  const covered = () => engines.list().filter((engine) => coversEngine(principal, engine, Date.now()));
  const statuses = () => {
    const ids = new Set(covered().map(({ id }) => id));
    return engines
      .statuses()
      .filter(({ id }) => ids.has(id))
      .map((status) => scopedStatus(engines, principal, status, scoped.get(status.id)));
  };
  const snapshotOf = (engine: EngineConfig, kinds: readonly InventoryKind[]) => {
    const rows = scoped.get(engine.id);
    if (!rows) return engines.snapshot(engine.id, visibleKinds(engine, kinds));
    return rows.reset(engines.snapshot(engine.id, inventoryKinds), visibleKinds(engine, kinds));
  };

  function leaveAll(): void {
    for (const group of groups.values()) sink.leave(group);
    groups.clear();
    lagging.clear();
    scoped.clear();
    sights.clear();
  }

  /** Joins the groups of what may be seen now; gives the engines whose view has changed. */
  function regroup(): EngineConfig[] {
    const changed: EngineConfig[] = [];
    const seen = new Set<string>();
    for (const engine of covered()) {
      const kinds = visibleKinds(engine, wanted);
      const sight = sightOf(principal, engine, Date.now());
      const group = groupName(engine.id, kinds);
      seen.add(engine.id);
      const [before, sightBefore] = [groups.get(engine.id), sights.get(engine.id)];
      const sightNow = sight && sightKey(principal, engine);
      if (before === group && sightBefore === sightNow) continue;
      if (before !== undefined) sink.leave(before);
      groups.set(engine.id, group);
      if (sight) {
        scoped.set(engine.id, createScopedRows(sight));
        sights.set(engine.id, sightNow);
      } else {
        scoped.delete(engine.id);
        sights.delete(engine.id);
        sink.join(group);
      }
      changed.push(engine);
    }
    for (const [id, group] of groups) {
      if (seen.has(id)) continue;
      sink.leave(group);
      groups.delete(id);
      lagging.delete(id);
      scoped.delete(id);
      sights.delete(id);
    }
    return changed;
  }

  return {
    open(kinds) {
      leaveAll();
      wanted = kinds;
      onOpen(true);
      regroup();
      // The lists first: the counts of a scope are of what is in them.
      const snapshots = covered().map((engine) => snapshotOf(engine, wanted));
      return { engines: statuses(), snapshots };
    },
    snapshot(name, kinds) {
      const engine = engines.find(name);
      if (!engine || !coversEngine(principal, engine, Date.now())) return undefined;
      const sight = sightOf(principal, engine, Date.now());
      // What is shown is remembered for the kinds that are open; another choice of kinds is looked at by itself.
      if (!sight) return engines.snapshot(engine.id, visibleKinds(engine, kinds));
      const rows = sameKinds(kinds, wanted) ? scoped.get(engine.id) : undefined;
      const snapshot = engines.snapshot(engine.id, inventoryKinds);
      return (rows ?? createScopedRows(sight)).reset(snapshot, visibleKinds(engine, kinds));
    },
    close() {
      leaveAll();
      onOpen(false);
    },
    setPrincipal(next) {
      principal = next;
      if (wanted.length > 0) this.refresh();
    },
    refresh() {
      const snapshots = regroup().map((engine) => snapshotOf(engine, wanted));
      sink.statuses(statuses());
      for (const snapshot of snapshots) sink.reset(snapshot);
    },
    groupFor(engineId) {
      const group = groups.get(engineId);
      if (group === undefined || lagging.has(engineId) || scoped.has(engineId)) return undefined;
      if (sink.waiting <= waitingMax) return group;
      lagging.add(engineId);
      sink.leave(group);
      return undefined;
    },
    change(engineId, change) {
      const rows = scoped.get(engineId);
      if (!rows || lagging.has(engineId)) return;
      if (sink.waiting > waitingMax) {
        lagging.add(engineId);
        return;
      }
      const seen = rows.apply(change);
      if (seen) sink.change(seen);
      else this.reset(engineId);
    },
    reset(engineId) {
      const engine = engines.find(engineId);
      if (engine && groups.has(engineId) && !lagging.has(engineId)) sink.reset(snapshotOf(engine, wanted));
    },
    drained() {
      for (const engineId of [...lagging]) {
        lagging.delete(engineId);
        const group = groups.get(engineId);
        if (group !== undefined && !scoped.has(engineId)) sink.join(group);
        this.reset(engineId);
      }
    },
  };
}

/** What the sight of a scope depends on beside the time, of which identity tells. */
function sightKey({ grants, limits, roles }: UserPrincipal, { tags }: EngineConfig): string {
  const names = roles ? [...roles.values()].map((role) => [role.name, [...role.operations]]) : [];
  return JSON.stringify([grants, limits, names, tags]);
}

/** The counts of an engine are of what is in sight. */
function scopedStatus(
  engines: Engines,
  principal: UserPrincipal,
  status: EngineStatus,
  rows: ScopedRows | undefined,
): EngineStatus {
  if (!status.counts) return status;
  if (rows) return { ...status, counts: rows.counts() };
  const engine = engines.find(status.id);
  const sight = engine && sightOf(principal, engine, Date.now());
  if (!sight) return status;
  const fresh = createScopedRows(sight);
  fresh.reset(engines.snapshot(status.id, inventoryKinds), inventoryKinds);
  return { ...status, counts: fresh.counts() };
}

function sameKinds(one: readonly InventoryKind[], other: readonly InventoryKind[]): boolean {
  return inventoryKinds.every((kind) => one.includes(kind) === other.includes(kind));
}

function groupName(engineId: string, kinds: readonly InventoryKind[]): string {
  return `inventory/${engineId}/${inventoryKinds.filter((kind) => kinds.includes(kind)).join('+')}`;
}

function kindsOfGroup(group: string): ReadonlySet<string> {
  return new Set(group.slice(group.lastIndexOf('/') + 1).split('+'));
}

/** Versions go on for whoever sees nothing of a change, or a reader would think to have missed one. */
function pickKinds(change: InventoryChange, kinds: ReadonlySet<string>): InventoryChange {
  if (inventoryKinds.every((kind) => kinds.has(kind))) return change;
  return {
    ...change,
    upserts: change.upserts.filter(({ kind }) => kinds.has(kind)),
    removes: change.removes.filter(({ kind }) => kinds.has(kind)),
  };
}
