import { visible } from '#lib/authz/authorize.ts';
import { projectLabel } from '#lib/authz/resource-scope.ts';
import { sharedLabel } from '#lib/gateway/scope/objects.ts';
import type { EngineRef, ScopeObject, UserPrincipal } from '#lib/shared/access.ts';
import type {
  ContainerRow,
  EngineStatus,
  InventoryChange,
  InventoryKind,
  InventoryRow,
  InventorySnapshot,
} from '#lib/shared/inventory.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import type { Operation } from '#lib/shared/operations.ts';

/** The operation by which each kind is listed. */
export const listOperation: Record<InventoryKind, Operation> = {
  container: 'container.list',
  image: 'image.list',
  network: 'network.list',
  volume: 'volume.list',
};

type See = (object: ScopeObject) => boolean;

/** By kind: undefined for all rows, or a predicate. */
export type Sight = Record<InventoryKind, See | undefined>;

/** What the person sees of each list of the engine; undefined when every list that may be seen is seen whole. */
export function sightOf(principal: UserPrincipal, engine: EngineRef, nowMs: number): Sight | undefined {
  const of = (kind: InventoryKind) => visible(principal, listOperation[kind], engine, nowMs);
  const sight: Sight = { container: of('container'), image: of('image'), network: of('network'), volume: of('volume') };
  return inventoryKinds.some((kind) => sight[kind]) ? sight : undefined;
}

/**
 * One engine's rows as a person with a scope sees them: objects in sight alone, images by the names in sight, and usage
 * counted over the containers in sight. Remembers what is shown, so that a row which leaves the scope is taken away.
 *
 * Rows carry bounded and masked labels (lib/engine/watch/read-rows.ts). A label that was left out, cut or masked can
 * only make a selector miss: it hides a row and never shows one.
 */
export interface ScopedRows {
  reset(snapshot: InventorySnapshot, kinds: readonly InventoryKind[]): InventorySnapshot;
  /** Undefined: a container moved in or out of the scope, with what it uses; ask for a reset. */
  apply(change: InventoryChange): InventoryChange | undefined;
  counts(): EngineStatus['counts'];
}

export function createScopedRows(sight: Sight): ScopedRows {
  let wanted: readonly InventoryKind[] = [];
  /** All containers that the engine has, and those in sight. */
  const known = new Set<string>();
  const containers = new Map<string, ContainerRow>();
  const shown = new Set<string>();
  let usage: ReturnType<typeof countUsage> | undefined;

  /** How many containers in sight use a thing; counted anew when one of them has changed. */
  function users(kind: 'image' | 'network' | 'volume', name: string): number {
    usage ??= countUsage(containers.values());
    return usage[kind].get(name) ?? 0;
  }

  function show(row: InventoryRow): InventoryRow | undefined {
    switch (row.kind) {
      case 'container':
        return sees(row) ? row : undefined;
      case 'image':
        return showImage(row);
      case 'network':
        return sees(row) ? { ...row, containers: users('network', row.name) } : undefined;
      case 'volume': {
        const mounted = users('volume', row.name);
        // Nobody named it: it is in sight when all containers that mount it are.
        const inSight = row.anonymous ? mounted > 0 && mounted === row.containers : sees(row);
        return inSight || !sight.volume ? { ...row, containers: mounted } : undefined;
      }
    }
  }

  function showImage(row: Extract<InventoryRow, { kind: 'image' }>): InventoryRow | undefined {
    const isSeen = (name: string) => !sight.image || sight.image({ kind: 'image', names: [name] });
    const tags = row.tags.filter(isSeen);
    const digests = row.digests.filter(isSeen);
    if (sight.image && tags.length === 0 && digests.length === 0) return undefined;
    return { ...row, tags, digests, containers: users('image', row.id) };
  }

  function sees(row: Exclude<InventoryRow, { kind: 'image' }>): boolean {
    return sight[row.kind]?.(rowObject(row)) ?? true;
  }

  function track(row: ContainerRow): 'as before' | 'moved' {
    const before = containers.has(row.id);
    const now = sees(row);
    const moved = known.has(row.id) && before !== now;
    known.add(row.id);
    usage = undefined;
    if (now) containers.set(row.id, row);
    else containers.delete(row.id);
    return moved ? 'moved' : 'as before';
  }

  return {
    reset(snapshot, kinds) {
      wanted = kinds;
      known.clear();
      containers.clear();
      shown.clear();
      for (const row of snapshot.rows) if (row.kind === 'container') track(row);
      const rows: InventoryRow[] = [];
      for (const row of snapshot.rows) {
        const seen = show(row);
        if (!seen) continue;
        shown.add(keyOf(row));
        if (wanted.includes(row.kind)) rows.push(seen);
      }
      return { ...snapshot, rows };
    },
    apply(change) {
      for (const { kind, id } of change.removes) {
        if (kind !== 'container') continue;
        known.delete(id);
        containers.delete(id);
        usage = undefined;
      }
      for (const row of change.upserts) if (row.kind === 'container' && track(row) === 'moved') return undefined;
      const upserts: InventoryRow[] = [];
      const removes = change.removes.filter((gone) => shown.delete(keyOf(gone)));
      for (const row of change.upserts) {
        const seen = show(row);
        if (seen) {
          shown.add(keyOf(row));
          upserts.push(seen);
        } else if (shown.delete(keyOf(row))) removes.push({ kind: row.kind, id: row.id });
      }
      // Versions go on for whoever sees nothing of a change, or a reader would think to have missed one.
      return {
        ...change,
        upserts: upserts.filter(({ kind }) => wanted.includes(kind)),
        removes: removes.filter(({ kind }) => wanted.includes(kind)),
      };
    },
    counts() {
      const states = [...containers.values()].map(({ state }) => state);
      const running = states.filter((state) => state === 'running' || state === 'restarting').length;
      const paused = states.filter((state) => state === 'paused').length;
      const ofKind = (kind: InventoryKind) => [...shown].filter((key) => key.startsWith(`${kind} `)).length;
      return {
        running,
        paused,
        stopped: containers.size - running - paused,
        containers: containers.size,
        images: ofKind('image'),
        networks: ofKind('network'),
        volumes: ofKind('volume'),
      };
    },
  };
}

function countUsage(containers: Iterable<ContainerRow>) {
  const usage = {
    image: new Map<string, number>(),
    network: new Map<string, number>(),
    volume: new Map<string, number>(),
  };
  const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { imageId, networks, mounts } of containers) {
    add(usage.image, imageId);
    for (const network of networks) add(usage.network, network);
    for (const volume of new Set(mounts.map(({ name }) => name))) if (volume !== undefined) add(usage.volume, volume);
  }
  return usage;
}

/** A row as the grants look at it. */
export function rowObject(row: Exclude<InventoryRow, { kind: 'image' }>): ScopeObject {
  const isDockers = row.kind === 'network' && (row.name === 'bridge' || row.name === 'none');
  const shared = isDockers || row.labels[sharedLabel] === 'true';
  const labels =
    row.kind === 'container' && row.project !== undefined ? { ...row.labels, [projectLabel]: row.project } : row.labels;
  return { kind: row.kind, names: row.name === '' ? [] : [row.name], labels, ...(shared ? { shared } : {}) };
}

function keyOf({ kind, id }: { kind: InventoryKind; id: string }): string {
  return `${kind} ${id}`;
}
