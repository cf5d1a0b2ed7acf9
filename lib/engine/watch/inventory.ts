import type {
  ContainerRow,
  EngineStatus,
  InventoryChange,
  InventoryKind,
  InventoryRow,
  InventorySnapshot,
} from '#lib/shared/inventory.ts';
import { inventoryKinds, wholeLabels } from '#lib/shared/inventory.ts';
import { createUsage } from './usage.ts';

/** Changes are gathered for this long at most; a change after a pause goes out at once. */
const tickMs = 20;

/** The rows of one engine, and their changes. */
export interface Inventory {
  get<K extends InventoryKind>(kind: K, id: string): Extract<InventoryRow, { kind: K }> | undefined;
  ids(kind: InventoryKind): Iterable<string>;
  /** Stores a row; what is equal to the one that is there makes no change. */
  set(row: InventoryRow): void;
  remove(kind: InventoryKind, id: string): void;
  /** From here to `release` what changes reaches readers as one reset (a new snapshot) instead of changes. */
  hold(): void;
  release(): void;
  /** The engine has another name: all rows carry it. */
  rename(engine: string): void;
  snapshot(kinds: readonly InventoryKind[], asOf: number | undefined): InventorySnapshot;
  counts(): EngineStatus['counts'];
  /** Ends the timer; what is gathered is dropped. */
  close(): void;
}

/** Makes an empty inventory. Listeners are called synchronously, with versions that grow by one. */
export function createInventory(options: {
  engine: string;
  now: () => number;
  onChange: (change: InventoryChange) => void;
  onReset: () => void;
}): Inventory {
  let { engine } = options;
  let version = 0;
  let lastSent = 0;
  let timer: NodeJS.Timeout | undefined;
  let held = false;
  const rows: Record<InventoryKind, Map<string, InventoryRow>> = {
    container: new Map(),
    image: new Map(),
    network: new Map(),
    volume: new Map(),
  };
  const states = new Map<string, number>();
  /** Keys of changed rows; the rows themselves are read when the change goes out, so that it says the last word. */
  const touched = new Map<string, { kind: InventoryKind; id: string }>();
  const usage = createUsage();

  function touch(kind: InventoryKind, id: string): void {
    if (held) return;
    touched.set(`${kind} ${id}`, { kind, id });
    if (timer) return;
    const wait = Math.max(0, lastSent + tickMs - Date.now());
    timer = setTimeout(flush, wait);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (touched.size === 0) return;
    const upserts: InventoryRow[] = [];
    const removes: InventoryChange['removes'] = [];
    for (const { kind, id } of touched.values()) {
      const row = rows[kind].get(id);
      if (row) upserts.push(counted(row));
      else removes.push({ kind, id });
    }
    touched.clear();
    lastSent = Date.now();
    version++;
    options.onChange({ engine, version, asOf: options.now(), upserts, removes });
  }

  /** How many containers use a thing is our own count: engines do not tell it, or only at a price. */
  function counted(row: InventoryRow): InventoryRow {
    if (row.kind === 'container') return row;
    const containers = usage.count(row);
    return containers === row.containers ? row : { ...row, containers };
  }

  function track(before: ContainerRow | undefined, after: ContainerRow | undefined): void {
    if (before) states.set(before.state, (states.get(before.state) ?? 0) - 1);
    if (after) states.set(after.state, (states.get(after.state) ?? 0) + 1);
    for (const used of usage.change(before, after)) {
      if (held) continue;
      if (used.kind !== 'network') {
        if (rows[used.kind].has(used.id)) touch(used.kind, used.id);
      } else {
        // Containers name their networks; the rows go by id.
        for (const row of rows.network.values())
          if (row.kind === 'network' && row.name === used.id) touch('network', row.id);
      }
    }
  }

  const inventory: Inventory = {
    get(kind, id) {
      const row = rows[kind].get(id);
      return row?.kind === kind ? (row as Extract<InventoryRow, { kind: typeof kind }>) : undefined;
    },
    ids: (kind) => rows[kind].keys(),
    set(given) {
      // A list that was asked for before a rename carries the old name.
      const row = given.engine === engine ? given : { ...given, engine };
      const before = rows[row.kind].get(row.id);
      if (before && sameRow(before, row)) return;
      rows[row.kind].set(row.id, row);
      if (row.kind === 'container') track(before?.kind === 'container' ? before : undefined, row);
      touch(row.kind, row.id);
    },
    remove(kind, id) {
      const before = rows[kind].get(id);
      if (!before) return;
      rows[kind].delete(id);
      if (before.kind === 'container') track(before, undefined);
      touch(kind, id);
    },
    hold() {
      held = true;
      // What was gathered before belongs to the snapshot that follows.
      touched.clear();
      clearTimeout(timer);
      timer = undefined;
    },
    release() {
      if (!held) return;
      held = false;
      version++;
      options.onReset();
    },
    rename(name) {
      engine = name;
      const wasHeld = held;
      inventory.hold();
      for (const kind of inventoryKinds) for (const [id, row] of rows[kind]) rows[kind].set(id, { ...row, engine });
      if (!wasHeld) inventory.release();
    },
    snapshot(kinds, asOf) {
      // What is gathered and not yet sent is in these rows: a reader gets it again with the next version, harmlessly.
      const all: InventoryRow[] = [];
      for (const kind of kinds) for (const row of rows[kind].values()) all.push(counted(row));
      return { engine, version, asOf, rows: all };
    },
    counts() {
      const containers = rows.container.size;
      const running = (states.get('running') ?? 0) + (states.get('restarting') ?? 0);
      const paused = states.get('paused') ?? 0;
      return {
        running,
        paused,
        stopped: containers - running - paused,
        containers,
        images: rows.image.size,
        networks: rows.network.size,
        volumes: rows.volume.size,
      };
    },
    close() {
      clearTimeout(timer);
      touched.clear();
    },
  };
  return inventory;
}

/** Rows are plain data with keys in a fixed order, so their JSON decides. */
function sameRow(a: InventoryRow, b: InventoryRow): boolean {
  return JSON.stringify(a) === JSON.stringify(b) && JSON.stringify(wholeOf(a)) === JSON.stringify(wholeOf(b));
}

function wholeOf(row: InventoryRow) {
  return row.kind === 'image' ? undefined : row[wholeLabels];
}
