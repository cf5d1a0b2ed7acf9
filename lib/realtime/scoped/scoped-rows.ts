import { createUsage, type Used } from '#lib/engine/watch/usage.ts';
import { followsContainers, rowObject } from '#lib/gateway/scope/row-objects.ts';
import type { ScopeObject } from '#lib/shared/access.ts';
import type {
  ContainerRow,
  EngineStatus,
  ImageRow,
  InventoryChange,
  InventoryKind,
  InventoryRow,
} from '#lib/shared/inventory.ts';
import type { Mirror } from './mirror.ts';

/** Which objects of each kind are seen; undefined: all. */
export type Sees = Readonly<Record<InventoryKind, ((object: ScopeObject) => boolean) | undefined>>;

/** What somebody with a scope sees of one engine: rows that come into sight and go out of it with every change. */
export interface ScopedRows {
  /** Everything anew from the mirror. */
  reset(): void;
  /** The same step of what is in sight; `followers` as the mirror gave them when it took the change. */
  apply(change: InventoryChange, followers: ReadonlySet<string>): InventoryChange;
  rows(kinds: readonly InventoryKind[]): InventoryRow[];
  counts(): NonNullable<EngineStatus['counts']>;
}

export function createScopedRows(mirror: Mirror, sees: Sees): ScopedRows {
  const shown: Record<InventoryKind, Map<string, InventoryRow>> = {
    container: new Map(),
    image: new Map(),
    network: new Map(),
    volume: new Map(),
  };
  // Of the containers in sight alone: a count over all would tell of the others.
  let usage = createUsage();

  function isSeen(row: InventoryRow): boolean {
    const may = sees[row.kind];
    if (!may) return true;
    const object = rowObject(row);
    if (row.kind === 'volume' && followsContainers(row)) {
      const looks = [...mirror.mounting(row.name)].map((container) => {
        const { names = [], labels } = rowObject(container) ?? {};
        return may({ kind: 'volume', names, labels });
      });
      if (looks.length > 0) return looks.every(Boolean);
    }
    return object !== undefined && may(object);
  }

  function withCount<Row extends InventoryRow>(row: Row): Row {
    if (row.kind === 'container') return row;
    const containers = usage.count(row);
    return containers === row.containers ? row : { ...row, containers };
  }

  /** Another team's name on the same image is as secret as its other images. */
  function withNames(row: ImageRow): ImageRow {
    const may = sees.image;
    if (!may) return row;
    const named = (name: string) => may({ kind: 'image', names: [name] });
    return { ...row, tags: row.tags.filter(named), digests: row.digests.filter(named) };
  }

  /** The row as it is shown, or undefined. */
  function look(row: InventoryRow | undefined): InventoryRow | undefined {
    if (!row || !isSeen(row)) return undefined;
    return withCount(row.kind === 'image' ? withNames(row) : row);
  }

  function setContainer(id: string, row: ContainerRow | undefined): Used[] {
    const before = shown.container.get(id);
    if (row) shown.container.set(id, row);
    else shown.container.delete(id);
    return usage.change(before?.kind === 'container' ? before : undefined, row);
  }

  function reset(): void {
    usage = createUsage();
    for (const map of Object.values(shown)) map.clear();
    for (const row of mirror.rows.container.values())
      if (row.kind === 'container' && isSeen(row)) setContainer(row.id, row);
    for (const kind of ['image', 'network', 'volume'] as const) {
      for (const row of mirror.rows[kind].values()) {
        const seen = look(row);
        if (seen) shown[kind].set(row.id, seen);
      }
    }
  }

  function apply(change: InventoryChange, followers: ReadonlySet<string>): InventoryChange {
    const upserts: InventoryRow[] = [];
    const removes: InventoryChange['removes'] = [];
    const again = new Map<string, { kind: InventoryKind; id: string }>();
    const touch = (kind: InventoryKind, id: string) => again.set(`${kind} ${id}`, { kind, id });
    const touchUsed = ({ kind, id }: Used) =>
      touch(kind, kind === 'network' ? (mirror.networkNamed(id)?.id ?? '') : id);
    for (const { kind, id } of [...change.removes, ...change.upserts]) {
      if (kind !== 'container') {
        touch(kind, id);
        continue;
      }
      const row = mirror.rows.container.get(id);
      const seen = row?.kind === 'container' && isSeen(row) ? row : undefined;
      if (seen) upserts.push(seen);
      else if (shown.container.has(id)) removes.push({ kind, id });
      for (const used of setContainer(id, seen)) touchUsed(used);
    }
    for (const name of followers) touch('volume', name);
    for (const { kind, id } of again.values()) {
      const seen = look(mirror.rows[kind].get(id));
      const before = shown[kind].get(id);
      if (seen) shown[kind].set(id, seen);
      else shown[kind].delete(id);
      if (!seen && before) removes.push({ kind, id });
      // Others' containers count in the engine's rows, and in ours not: often nothing has changed.
      else if (seen && JSON.stringify(seen) !== JSON.stringify(before)) upserts.push(seen);
    }
    return { ...change, upserts, removes };
  }

  return {
    reset,
    apply,
    rows: (kinds) => kinds.flatMap((kind) => [...shown[kind].values()]),
    counts() {
      let running = 0;
      let paused = 0;
      for (const row of shown.container.values()) {
        if (row.kind !== 'container') continue;
        if (row.state === 'running' || row.state === 'restarting') running++;
        else if (row.state === 'paused') paused++;
      }
      const containers = shown.container.size;
      const [images, networks, volumes] = [shown.image.size, shown.network.size, shown.volume.size];
      return { running, paused, stopped: containers - running - paused, containers, images, networks, volumes };
    },
  };
}
