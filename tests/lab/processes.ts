import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { labEnv } from './run.ts';
import { waitFor } from './wait.ts';

/** Clock ticks from boot to the start of a process; with the pid it names a process for good. Undefined: gone. */
export function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in brackets and may hold spaces; the fields are counted after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The children of a process, as seen from here. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

export function isAlive(pid: number): boolean {
  return startTicks(pid) !== undefined;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export interface Daemon {
  child: ChildProcess;
  pid: number;
  /** Resolves when it has ended. */
  ended: Promise<void>;
  /** SIGTERM, and SIGKILL when that does not end it in time. */
  stop(timeoutMs?: number): Promise<void>;
}

export function hasEnded(daemon: Daemon): boolean {
  return daemon.child.exitCode !== null || daemon.child.signalCode !== null;
}

/**
 * Starts a process that the kernel kills when ours dies, however it dies (PR_SET_PDEATHSIG through setpriv), so that a
 * crashed test run leaves no engine behind.
 */
export function startDaemon(
  command: string,
  args: string[],
  options: { env?: Record<string, string>; log?: number; cwd?: string; readyLine?: boolean; user?: string } = {},
): Daemon {
  const log = options.log ?? 'ignore';
  const as = options.user ? ['--reuid', options.user, '--regid', options.user, '--clear-groups'] : [];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...as, '--', command, ...args], {
    cwd: options.cwd,
    // Next's types want NODE_ENV in every environment.
    env: { NODE_ENV: 'production', ...(options.env ?? labEnv()) },
    stdio: ['ignore', options.readyLine ? 'pipe' : log, log],
    // A process group of its own: Ctrl-C in the terminal reaches us alone, and we end things in their order.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`setpriv (util-linux) is missing, so ${command} can't be started.`);
  return {
    child,
    pid,
    ended,
    async stop(timeoutMs = 20_000) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      signal(pid, 'SIGTERM');
      const timer = setTimeout(() => signal(pid, 'SIGKILL'), timeoutMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Waits for the line `ready` on the daemon's stdout (started with readyLine). */
export async function waitReady(daemon: Daemon, what: string): Promise<void> {
  let text = '';
  daemon.child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await waitFor(what, () => text.includes('ready\n') || hasEnded(daemon), { everyMs: 5 });
  if (!text.includes('ready\n')) throw new Error(`${what} did not come up: ${text}`);
}
