import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

function subfolders(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(dir, entry.name));
  } catch {
    return [];
  }
}

function removeTree(dir: string): void {
  for (const child of subfolders(dir)) removeTree(child);
  try {
    rmdirSync(dir);
  } catch {
    // Still holds a dying process; the caller looks again.
  }
}

/** Removes the cgroups whose name begins with the prefix, in every hierarchy (v1) or the one (v2). False: not all yet. */
export function removeCgroups(prefix: string): boolean {
  const found = [root, ...subfolders(root)]
    .flatMap(subfolders)
    .filter((dir) => dir.slice(dir.lastIndexOf('/') + 1).startsWith(prefix));
  for (const dir of found) removeTree(dir);
  return found.every((dir) => !existsSync(dir));
}
