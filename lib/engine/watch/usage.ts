import type { ContainerRow, ImageRow, NetworkRow, VolumeRow } from '#lib/shared/inventory.ts';

/** A thing that containers use: images by id, volumes and networks by name. */
export interface Used {
  kind: 'image' | 'network' | 'volume';
  id: string;
}

/** Counts how many containers use each image, network and volume, kept current change by change. */
export function createUsage() {
  const counts = {
    image: new Map<string, number>(),
    network: new Map<string, number>(),
    volume: new Map<string, number>(),
  };

  function add({ kind, id }: Used, delta: number): void {
    const count = (counts[kind].get(id) ?? 0) + delta;
    if (count > 0) counts[kind].set(id, count);
    else counts[kind].delete(id);
  }

  return {
    /** Notes that a container came, went or changed; gives the things whose count is now another. */
    change(before: ContainerRow | undefined, after: ContainerRow | undefined): Used[] {
      const old = before ? usedBy(before) : new Map<string, Used>();
      const now = after ? usedBy(after) : new Map<string, Used>();
      const changed: Used[] = [];
      for (const [key, used] of old) {
        if (now.has(key)) continue;
        add(used, -1);
        changed.push(used);
      }
      for (const [key, used] of now) {
        if (old.has(key)) continue;
        add(used, 1);
        changed.push(used);
      }
      return changed;
    },
    /** How many containers use this one. */
    count(row: ImageRow | NetworkRow | VolumeRow): number {
      return counts[row.kind].get(row.kind === 'image' ? row.id : row.name) ?? 0;
    },
  };
}

function usedBy(container: ContainerRow): Map<string, Used> {
  const used = new Map<string, Used>();
  const note = (kind: Used['kind'], id: string) => used.set(`${kind} ${id}`, { kind, id });
  if (container.imageId) note('image', normalImageId(container.imageId));
  for (const name of container.networks) note('network', name);
  for (const { type, name } of container.mounts) if (type === 'volume' && name) note('volume', name);
  return used;
}

/** Podman leaves the algorithm out. */
function normalImageId(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? `sha256:${id}` : id;
}
