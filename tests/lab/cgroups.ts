import { existsSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
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

/** The cgroups with that name or `name-...`, in every hierarchy. */
export function findCgroups(prefix: string): string[] {
  const name = (dir: string) => dir.slice(dir.lastIndexOf('/') + 1);
  return [root, ...subfolders(root)]
    .flatMap(subfolders)
    .filter((dir) => name(dir) === prefix || name(dir).startsWith(`${prefix}-`));
}

/** Wakes paused containers: in a frozen cgroup (v1) not even SIGKILL arrives, and a power-off would wait for ever. */
export function thawCgroups(prefix: string): void {
  const thaw = (dir: string) => {
    const state = join(dir, 'freezer.state');
    if (existsSync(state)) {
      try {
        writeFileSync(state, 'THAWED');
      } catch {
        // Gone in the meantime.
      }
    }
    for (const child of subfolders(dir)) thaw(child);
  };
  for (const dir of findCgroups(prefix)) thaw(dir);
}

/** Removes the cgroups with that name or `name-...`, in every hierarchy (v1) or the one (v2). False: not all yet. */
export function removeCgroups(prefix: string): boolean {
  const found = findCgroups(prefix);
  for (const dir of found) removeTree(dir);
  return found.every((dir) => !existsSync(dir));
}
