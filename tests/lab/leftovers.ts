import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCgroups } from './cgroups.ts';
import { must } from './run.ts';
import { prefixOf } from './slot.ts';

/** What is left of the lab on `net` (`10.x.y`): folder, links, mounts, cgroups, processes. Empty when all is gone. */
export async function findLeftovers(net: string): Promise<string[]> {
  const dir = join(tmpdir(), 'pilothouse-lab', net);
  const links = (await must('ip', ['-o', 'addr'])).split('\n').filter((line) => line.includes(`${net}.`));
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${dir}/`));
  return [
    ...(existsSync(dir) ? [dir] : []),
    ...links,
    ...mounts,
    ...findCgroups(prefixOf(net)),
    ...processesUnder(dir),
  ];
}

function processesUnder(dir: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
        return line.includes(`${dir}/`) ? [line] : [];
      } catch {
        // Ended while we looked.
        return [];
      }
    });
}
