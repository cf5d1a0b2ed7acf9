import { authorize, coversEngine, visible } from '#lib/authz/authorize.ts';
import type { EngineConfig, Engines } from '#lib/engine/types.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import type { EngineStatus, InventoryChange, InventoryKind, InventorySnapshot } from '#lib/shared/inventory.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import type { Operation } from '#lib/shared/operations.ts';
import type { ScopedRows, Sees } from './scoped/scoped-rows.ts';
import { createScopedViews, type ScopedViews } from './scoped/scoped-views.ts';
import { viewKey } from './scoped/view-key.ts';

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

/** Of the engine room, what the lists need. */
export type WatchedEngines = Pick<
  Engines,
  'list' | 'find' | 'statuses' | 'snapshot' | 'onChange' | 'onReset' | 'onStatus'
>;

export interface Inventory {
  view(principal: UserPrincipal, sink: InventorySink): InventoryView;
  stop(): void;
}

const waitingMax = 256;
const gatherMs = 30;

/**
 * The lists of all engines to all connections, from one subscription. A change is encoded once for all who see the same
 * kinds of the same engine (`send` to a group), and for those with scopes once for all whose grants are alike; a connection that does not keep up gets the whole list again when it
 * can, instead of a queue without end.
 */
export function createInventory(
  engines: WatchedEngines,
  send: (group: string, change: InventoryChange) => void,
): Inventory {
  const views = new Set<View>();
  const scoped = createScopedViews(engines);
  let statusTimer: NodeJS.Timeout | undefined;

  const tellStatusesSoon = () => {
    statusTimer ??= setTimeout(() => {
      statusTimer = undefined;
      for (const view of views) view.refresh();
    }, gatherMs);
  };
  const ends = [
    engines.onChange((engineId, change) => {
      const told = scoped.apply(engineId, change);
      const groups = new Map<string, Group>();
      for (const view of views) {
        const group = view.groupFor(engineId);
        if (group) groups.set(group.name, group);
      }
      for (const { name, kinds, key } of groups.values()) {
        const own = key === undefined ? change : told.get(key);
        if (own) send(name, pickKinds(own, kinds));
      }
    }),
    engines.onReset((engineId) => {
      scoped.reset(engineId);
      for (const view of views) view.reset(engineId);
    }),
    engines.onStatus(tellStatusesSoon),
  ];

  return {
    view(principal, sink) {
      const view = createView({ engines, scoped }, principal, sink, (opened) => {
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

/** Those who get the same changes of one engine. */
interface Group {
  name: string;
  kinds: ReadonlySet<InventoryKind>;
  /** Of what is seen of the engine; undefined: everything. */
  key?: string;
  rows?: ScopedRows;
}

interface View extends InventoryView {
  /** The group that gets this engine's changes; undefined: none, or this connection lags. */
  groupFor(engineId: string): Group | undefined;
  reset(engineId: string): void;
  refresh(): void;
}

function createView(
  { engines, scoped }: { engines: WatchedEngines; scoped: ScopedViews },
  first: UserPrincipal,
  sink: InventorySink,
  onOpen: (open: boolean) => void,
): View {
  let principal = first;
  let wanted: readonly InventoryKind[] = [];
  const groups = new Map<string, Group>();
  const lagging = new Set<string>();

  const visibleKinds = (engine: EngineConfig, kinds: readonly InventoryKind[]) =>
    kinds.filter((kind) => authorize(principal, listOperation[kind], engine, Date.now()).allow);
  const covered = () => engines.list().filter((engine) => coversEngine(principal, engine, Date.now()));
  const statuses = () => {
    const ids = new Set(covered().map(({ id }) => id));
    return engines.statuses().flatMap((status) => (ids.has(status.id) ? ownStatus(status) : []));
  };

  /** The engine's own counts would tell of what is out of scope. */
  function ownStatus(status: EngineStatus): EngineStatus {
    const engine = engines.find(status.id);
    if (!status.counts || !engine || !seesOf(principal, engine)) return status;
    return { ...status, counts: groups.get(status.id)?.rows?.counts() };
  }

  function snapshotOf(engine: EngineConfig, kinds: readonly InventoryKind[]): InventorySnapshot {
    const seen = visibleKinds(engine, kinds);
    const sees = seesOf(principal, engine);
    if (!sees) return engines.snapshot(engine.id, seen);
    const head = engines.snapshot(engine.id, []);
    if (head.asOf === undefined) return head;
    const rows = groups.get(engine.id)?.rows?.rows(seen);
    if (rows) return { ...head, rows };
    const key = viewKey(principal, engine, Date.now());
    const once = scoped.enter(engine.id, key, sees).rows(seen);
    scoped.leave(engine.id, key);
    return { ...head, rows: once };
  }

  function join(engine: EngineConfig): Group {
    const kinds = visibleKinds(engine, wanted);
    const sees = seesOf(principal, engine);
    const key = sees && viewKey(principal, engine, Date.now());
    const name = groupName(engine.id, kinds, key);
    const before = groups.get(engine.id);
    if (before?.name === name) return before;
    // First into the new one: what both share is then not worked out again.
    const rows = sees && key !== undefined ? scoped.enter(engine.id, key, sees) : undefined;
    leave(engine.id);
    sink.join(name);
    const group: Group = { name, kinds: new Set(kinds), key, rows };
    groups.set(engine.id, group);
    return group;
  }

  function leave(engineId: string): void {
    const group = groups.get(engineId);
    if (!group) return;
    sink.leave(group.name);
    if (group.key !== undefined) scoped.leave(engineId, group.key);
    groups.delete(engineId);
    lagging.delete(engineId);
  }

  function leaveAll(): void {
    for (const id of [...groups.keys()]) leave(id);
  }

  /** Joins the groups of what may be seen now; gives the engines whose view has changed. */
  function regroup(): EngineConfig[] {
    const now = covered();
    const changed = now.filter((engine) => groups.get(engine.id) !== join(engine));
    const seen = new Set(now.map(({ id }) => id));
    for (const id of [...groups.keys()]) if (!seen.has(id)) leave(id);
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
      for (const engine of changed) sink.reset({ ...snapshotOf(engine, wanted), because: 'access' });
    },
    groupFor(engineId) {
      const group = groups.get(engineId);
      if (!group || lagging.has(engineId)) return undefined;
      if (sink.waiting <= waitingMax) return group;
      lagging.add(engineId);
      sink.leave(group.name);
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
        if (group) sink.join(group.name);
        this.reset(engineId);
      }
    },
  };
}

/** Undefined: every row of every kind. */
function seesOf(principal: UserPrincipal, engine: EngineConfig): Sees | undefined {
  const of = (kind: InventoryKind) => visible(principal, listOperation[kind], engine, Date.now());
  const sees: Sees = { container: of('container'), image: of('image'), network: of('network'), volume: of('volume') };
  return inventoryKinds.some((kind) => sees[kind]) ? sees : undefined;
}

function groupName(engineId: string, kinds: readonly InventoryKind[], key: string | undefined): string {
  return ['inventory', engineId, ...(key === undefined ? [] : [key]), kinds.join('+')].join('/');
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
