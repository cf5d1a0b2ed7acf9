import { followsContainers } from '#lib/gateway/scope/row-objects.ts';
import type { InventoryChange, InventoryKind, InventoryRow, VolumeRow } from '#lib/shared/inventory.ts';

/** An engine's rows as of the last change that was told: what views of parts of them are worked out from. */
export interface Mirror {
  readonly rows: Readonly<Record<InventoryKind, ReadonlyMap<string, InventoryRow>>>;
  networkNamed(name: string): InventoryRow | undefined;
  /** The containers that mount the volume. */
  mounting(volume: string): Iterable<InventoryRow>;
  reset(rows: readonly InventoryRow[]): void;
  /** Takes a change in; gives the volumes that follow one of its containers. */
  apply(change: InventoryChange): ReadonlySet<string>;
}

export function createMirror(): Mirror {
  const rows: Record<InventoryKind, Map<string, InventoryRow>> = {
    container: new Map(),
    image: new Map(),
    network: new Map(),
    volume: new Map(),
  };
  const networkIds = new Map<string, string>();
  const mounts = new Map<string, Set<string>>();

  function put(row: InventoryRow): void {
    drop(row.kind, row.id);
    rows[row.kind].set(row.id, row);
    if (row.kind === 'network') networkIds.set(row.name, row.id);
    for (const name of volumesOf(row)) mounts.set(name, (mounts.get(name) ?? new Set()).add(row.id));
  }

  function drop(kind: InventoryKind, id: string): void {
    const before = rows[kind].get(id);
    if (!before) return;
    rows[kind].delete(id);
    if (before.kind === 'network' && networkIds.get(before.name) === id) networkIds.delete(before.name);
    for (const name of volumesOf(before)) {
      const ids = mounts.get(name);
      ids?.delete(id);
      if (ids?.size === 0) mounts.delete(name);
    }
  }

  return {
    rows,
    networkNamed: (name) => rows.network.get(networkIds.get(name) ?? ''),
    *mounting(volume) {
      for (const id of mounts.get(volume) ?? []) {
        const row = rows.container.get(id);
        if (row) yield row;
      }
    },
    reset(all) {
      for (const map of Object.values(rows)) map.clear();
      networkIds.clear();
      mounts.clear();
      for (const row of all) put(row);
    },
    apply({ upserts, removes }) {
      const followers = new Set<string>();
      const note = (row: InventoryRow | undefined) => {
        for (const name of row ? volumesOf(row) : []) followers.add(name);
      };
      for (const { kind, id } of removes) {
        note(rows[kind].get(id));
        drop(kind, id);
      }
      for (const row of upserts) {
        note(rows[row.kind].get(row.id));
        note(row);
        put(row);
      }
      for (const name of followers) if (!follows(rows.volume.get(name))) followers.delete(name);
      return followers;
    },
  };
}

function follows(row: InventoryRow | undefined): row is VolumeRow {
  return row?.kind === 'volume' && followsContainers(row);
}

function volumesOf(row: InventoryRow): string[] {
  if (row.kind !== 'container') return [];
  return row.mounts.flatMap(({ type, name }) => (type === 'volume' && name ? [name] : []));
}
