import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what is made or downloaded once per machine is kept: the busybox tree, unpacked packages. */
export function cacheDir(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const dir = join(base, 'pilothouse-lab');
  mkdirSync(dir, { recursive: true });
  return dir;
}
