import {
  type ContainerRow,
  type ImageRow,
  type InventoryChange,
  type InventoryKind,
  type InventoryRow,
  type InventorySnapshot,
  inventoryKinds,
  type NetworkRow,
  type VolumeRow,
} from '#lib/shared/inventory.ts';

/** The row type of each kind. */
export interface RowOf {
  container: ContainerRow;
  image: ImageRow;
  network: NetworkRow;
  volume: VolumeRow;
}

type RowMaps = { [K in InventoryKind]: ReadonlyMap<string, RowOf[K]> };

/** What is known of one engine. `asOf` undefined: nothing yet, which is not the same as "has none". */
export interface EngineInventory {
  version: number;
  asOf: number | undefined;
  rows: RowMaps;
  /** `kind id` of what this person saw until a grant changed. */
  lost?: ReadonlySet<string>;
}

export type Inventory = Readonly<Record<string, EngineInventory>>;

/** A whole engine anew. */
export function applySnapshot(inventory: Inventory, snapshot: InventorySnapshot): Inventory {
  const rows = emptyMaps();
  for (const row of snapshot.rows) put(rows, row);
  const before = inventory[snapshot.engine];
  const lost = before && snapshot.because === 'access' ? lostOf(before, rows) : before?.lost;
  return { ...inventory, [snapshot.engine]: { version: snapshot.version, asOf: snapshot.asOf, rows, lost } };
}

function lostOf(before: EngineInventory, now: RowMaps): ReadonlySet<string> {
  const lost = new Set(before.lost);
  for (const kind of inventoryKinds) {
    for (const id of before.rows[kind].keys()) if (!now[kind].has(id)) lost.add(`${kind} ${id}`);
  }
  return lost;
}

/**
 * The next version of one engine. `missed`: a version is missing (or the engine is unknown), ask for a snapshot;
 * what is shown stays as it is until then. A change that is already in the snapshot is passed over.
 */
export function applyChange(
  inventory: Inventory,
  change: InventoryChange,
): { inventory: Inventory; outcome: 'applied' | 'old' | 'missed' } {
  const known = inventory[change.engine];
  if (!known || change.version > known.version + 1) return { inventory, outcome: 'missed' };
  if (change.version <= known.version) return { inventory, outcome: 'old' };
  const rows = copyTouched(known.rows, change);
  for (const row of change.upserts) put(rows, row);
  for (const { kind, id } of change.removes) rows[kind].delete(id);
  const next = { ...known, version: change.version, asOf: change.asOf, rows };
  return { inventory: { ...inventory, [change.engine]: next }, outcome: 'applied' };
}

/** Engines that this person no longer sees, or that are gone, must not linger. */
export function keepEngines(inventory: Inventory, names: ReadonlySet<string>): Inventory {
  const gone = Object.keys(inventory).filter((name) => !names.has(name));
  if (gone.length === 0) return inventory;
  return Object.fromEntries(Object.entries(inventory).filter(([name]) => names.has(name)));
}

type MutableMaps = { [K in InventoryKind]: Map<string, RowOf[K]> };

function emptyMaps(): MutableMaps {
  return { container: new Map(), image: new Map(), network: new Map(), volume: new Map() };
}

/** Kinds that a change does not touch keep their map, so that their lists do not render again. */
function copyTouched(rows: RowMaps, change: InventoryChange): MutableMaps {
  const touched = new Set<InventoryKind>([
    ...change.upserts.map((row) => row.kind),
    ...change.removes.map((row) => row.kind),
  ]);
  const copy = <K extends InventoryKind>(kind: K, map: ReadonlyMap<string, RowOf[K]>): Map<string, RowOf[K]> =>
    // Never written to when untouched: put and delete go to touched kinds alone.
    touched.has(kind) ? new Map(map) : (map as Map<string, RowOf[K]>);
  return {
    container: copy('container', rows.container),
    image: copy('image', rows.image),
    network: copy('network', rows.network),
    volume: copy('volume', rows.volume),
  };
}

function put(rows: MutableMaps, row: InventoryRow): void {
  if (row.kind === 'container') rows.container.set(row.id, row);
  else if (row.kind === 'image') rows.image.set(row.id, row);
  else if (row.kind === 'network') rows.network.set(row.id, row);
  else rows.volume.set(row.id, row);
}

/** Full id, then name, then an unambiguous beginning of an id; with or without `sha256:`. */
export function findRow<R extends InventoryRow>(rows: ReadonlyMap<string, R>, reference: string): R | undefined {
  const exact = rows.get(reference) ?? rows.get(`sha256:${reference}`);
  if (exact) return exact;
  const all = [...rows.values()];
  // As docker reads it: a repository alone means its latest.
  const latest = `${reference}:latest`;
  const named =
    all.find((row) => (row.kind === 'image' ? row.tags.includes(reference) : row.name === reference)) ??
    all.find((row) => row.kind === 'image' && row.tags.includes(latest));
  if (named || reference.length < 4) return named;
  const begun = all.filter((row) => row.id.replace(/^sha256:/, '').startsWith(reference));
  return begun.length === 1 ? begun[0] : undefined;
}
