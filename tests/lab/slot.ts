import { randomInt } from 'node:crypto';
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeCgroups, thawCgroups } from './cgroups.ts';
import { isAlive, signal, startTicks } from './processes.ts';
import { must } from './run.ts';

/** A range of addresses and names that belongs to one lab of one process, and the folder that says so. */
export interface Slot {
  /** `10.x.y`; machines are .2 to .254, the leg in the main namespace is .1 */
  net: string;
  /** Begins the names of links and cgroups; nine characters, so that a link's name stays within fifteen. */
  prefix: string;
  dir: string;
  /** Notes a process that a sweep must end if we die without doing so. */
  note(pid: number): void;
  release(): void;
}

const slotPattern = /^10\.(\d+)\.(\d+)$/;

function slotRoot(): string {
  const root = join(tmpdir(), 'pilothouse-lab');
  mkdirSync(root, { recursive: true, mode: 0o700 });
  // The sweep ends processes and removes folders that it finds listed here, as root: nobody else may write the list.
  const stat = lstatSync(root);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0) {
    throw new Error(`${root} must be a folder of our own that nobody else can write.`);
  }
  return root;
}

/** Begins the names of a range's links and cgroups. */
export function prefixOf(net: string): string {
  const [, x = '0', y = '0'] = slotPattern.exec(net) ?? [];
  return `phl${Number(x).toString(16).padStart(2, '0')}${Number(y).toString(16).padStart(2, '0')}`;
}

/** Takes a free range. mkdir is the lock: it succeeds for one process alone. */
export async function claimSlot(): Promise<Slot> {
  const root = slotRoot();
  await sweepSlots();
  const routes = await must('ip', ['-o', 'route', 'show', 'table', 'all']);
  for (let attempt = 0; attempt < 200; attempt++) {
    const net = `10.${randomInt(128, 224)}.${randomInt(0, 256)}`;
    if (routes.includes(`${net}.`)) continue;
    const dir = join(root, net);
    try {
      mkdirSync(dir, { mode: 0o755 });
      writeFileSync(join(dir, 'owner'), `${process.pid} ${startTicks(process.pid) ?? ''}\n`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      // The last lab of another process took the empty root away with it.
      if (code !== 'ENOENT') throw error;
      slotRoot();
      continue;
    }
    return {
      net,
      prefix: prefixOf(net),
      dir,
      note: (pid) => appendFileSync(join(dir, 'pids'), `${pid} ${startTicks(pid) ?? ''}\n`),
      release: () => cleanSlot(dir, net),
    };
  }
  throw new Error('No free 10.x.y.0/24 range was found for the lab.');
}

/** Removes what labs of dead processes left: cgroups, folders, and processes should any have outlived their owner. */
export async function sweepSlots(): Promise<void> {
  const root = slotRoot();
  for (const entry of listEntries(root)) {
    const dir = join(root, entry);
    const stale = /^stale-(10\.\d+\.\d+)-/.exec(entry);
    if (stale?.[1]) {
      // Its sweeper died half way, or is at work right now: give that one a minute.
      if (ageMs(dir) > 60_000) cleanSlot(dir, stale[1]);
    } else if (slotPattern.test(entry) && isAbandoned(dir)) {
      // Renamed first: of several processes that start at once, one cleans.
      const moved = join(root, `stale-${entry}-${process.pid}`);
      try {
        renameSync(dir, moved);
      } catch {
        continue;
      }
      cleanSlot(moved, entry);
    }
  }
}

function listEntries(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    // The last lab of another process has just taken it away, empty.
    return [];
  }
}

function isAbandoned(dir: string): boolean {
  try {
    const [pid, ticks] = readFileSync(join(dir, 'owner'), 'utf8').trim().split(' ');
    return startTicks(Number(pid)) !== ticks;
  } catch {
    return ageMs(dir) > 60_000;
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function cleanSlot(dir: string, net: string): void {
  const prefix = prefixOf(net);
  for (const pid of notedPids(dir)) signal(pid, 'SIGKILL');
  thawCgroups(prefix);
  const deadline = Date.now() + 10_000;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  // Synchronous on purpose: this also runs in the process's exit handler.
  while (Date.now() < deadline && (notedPids(dir).length > 0 || !removeCgroups(prefix))) Atomics.wait(pause, 0, 0, 20);
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  try {
    rmdirSync(dirname(dir));
  } catch {
    // Other labs have theirs in it.
  }
}

function notedPids(dir: string): number[] {
  let text = '';
  try {
    text = readFileSync(join(dir, 'pids'), 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([pid, ticks]) => pid && isAlive(Number(pid)) && startTicks(Number(pid)) === ticks)
    .map(([pid]) => Number(pid));
}
