import { authorize, coversEngine } from '#lib/authz/authorize.ts';
import type { EngineConfig, Engines } from '#lib/engine/types.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import type { EngineStatus, InventoryChange, InventoryKind, InventorySnapshot } from '#lib/shared/inventory.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import type { Operation } from '#lib/shared/operations.ts';

const listOperation: Record<InventoryKind, Operation> = {
  container: 'container.list',
  image: 'image.list',
  network: 'network.list',
  volume: 'volume.list',
};

/** How a connection is reached. */
export interface InventorySink {
  /** Packets that wait for the network. */
  readonly waiting: number;
  reset(snapshot: InventorySnapshot): void;
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
 * kinds of the same engine (`send` to a group); a connection that does not keep up gets the whole list again when it
 * can, instead of a queue without end.
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

  const visibleKinds = (engine: EngineConfig, kinds: readonly InventoryKind[]) =>
    kinds.filter((kind) => authorize(principal, listOperation[kind], engine, Date.now()).allow);
  const covered = () => engines.list().filter((engine) => coversEngine(principal, engine, Date.now()));
  const statuses = () => {
    const ids = new Set(covered().map(({ id }) => id));
    return engines.statuses().filter(({ id }) => ids.has(id));
  };
  const snapshotOf = (engine: EngineConfig, kinds: readonly InventoryKind[]) =>
    engines.snapshot(engine.id, visibleKinds(engine, kinds));

  function leaveAll(): void {
    for (const group of groups.values()) sink.leave(group);
    groups.clear();
    lagging.clear();
  }

  /** Joins the groups of what may be seen now; gives the engines whose view has changed. */
  function regroup(): EngineConfig[] {
    const changed: EngineConfig[] = [];
    const seen = new Set<string>();
    for (const engine of covered()) {
      const kinds = visibleKinds(engine, wanted);
      const group = groupName(engine.id, kinds);
      seen.add(engine.id);
      const before = groups.get(engine.id);
      if (before === group) continue;
      if (before !== undefined) sink.leave(before);
      sink.join(group);
      groups.set(engine.id, group);
      changed.push(engine);
    }
    for (const [id, group] of groups) {
      if (seen.has(id)) continue;
      sink.leave(group);
      groups.delete(id);
      lagging.delete(id);
    }
    return changed;
  }

  return {
    open(kinds) {
      leaveAll();
      wanted = kinds;
      onOpen(true);
      regroup();
      return { engines: statuses(), snapshots: covered().map((engine) => snapshotOf(engine, wanted)) };
    },
    snapshot(name, kinds) {
      const engine = engines.find(name);
      return engine && coversEngine(principal, engine, Date.now()) ? snapshotOf(engine, kinds) : undefined;
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
      const changed = regroup();
      sink.statuses(statuses());
      for (const engine of changed) sink.reset(snapshotOf(engine, wanted));
    },
    groupFor(engineId) {
      const group = groups.get(engineId);
      if (group === undefined || lagging.has(engineId)) return undefined;
      if (sink.waiting <= waitingMax) return group;
      lagging.add(engineId);
      sink.leave(group);
      return undefined;
    },
    reset(engineId) {
      const engine = engines.find(engineId);
      if (engine && groups.has(engineId) && !lagging.has(engineId)) sink.reset(snapshotOf(engine, wanted));
    },
    drained() {
      for (const engineId of [...lagging]) {
        lagging.delete(engineId);
        const group = groups.get(engineId);
        if (group !== undefined) sink.join(group);
        this.reset(engineId);
      }
    },
  };
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
