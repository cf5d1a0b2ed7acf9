import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { thawCgroups } from './cgroups.ts';
import { childrenOf, type Daemon, hasEnded, signal, startDaemon, waitReady } from './processes.ts';
import { labEnv, must, type RunOptions, type RunResult, run } from './run.ts';
import type { Slot } from './slot.ts';
import { waitFor } from './wait.ts';

/** The switch: a bridge in a network namespace of its own, with a leg `.1` in the main namespace. */
export interface Switch {
  pid: number;
  /** Runs a shell line in the switch's network namespace. */
  sh(line: string): Promise<string>;
  stop(): Promise<void>;
}

/** One machine: network, mount, UTS, IPC and PID namespaces, with its own /etc and /run. */
export interface Machine {
  number: number;
  address: string;
  hostname: string;
  dir: string;
  cgroupParent: string;
  /** Runs a command line in the machine (sh -c). */
  sh(line: string, options?: RunOptions): Promise<RunResult>;
  /** Starts a daemon in the machine; `pid` is that of the daemon itself, as seen from outside. */
  start(
    command: string,
    args: string[],
    options: { log: string; env?: Record<string, string> },
  ): Promise<MachineDaemon>;
  cut(): Promise<void>;
  plug(): Promise<void>;
  /** Power off: everything in it is killed at once. */
  off(): Promise<void>;
}

export interface MachineDaemon {
  pid: number;
  /** The nsenter that entered the machine; it stops itself when its child is stopped. */
  parentPid: number;
  ended: Promise<void>;
}

/**
 * Namespaces live as long as their processes, and these die with ours (startDaemon): nothing here has a name under
 * /run/netns that a crash could leave behind.
 */
export async function startSwitch(slot: Slot): Promise<Switch> {
  const script =
    'ip link set lo up && ip link add br0 type bridge && ip link set br0 up && echo ready && exec sleep 2147483647';
  const daemon = startDaemon('unshare', ['--net', 'sh', '-c', script], { readyLine: true });
  await waitReady(daemon, 'the switch');
  slot.note(daemon.pid);
  const sh = (line: string) => must('nsenter', ['-t', String(daemon.pid), '-n', 'sh', '-c', line]);
  const leg = `${slot.prefix}m`;
  await must('ip', ['link', 'add', leg, 'type', 'veth', 'peer', 'name', 'p1', 'netns', String(daemon.pid)]);
  await must('ip', ['addr', 'add', `${slot.net}.1/24`, 'dev', leg]);
  await must('ip', ['link', 'set', leg, 'up']);
  await sh('ip link set p1 master br0 up');
  return {
    pid: daemon.pid,
    sh,
    async stop() {
      // Removed by name first: the kernel takes its time to end a namespace, and the address must be free at once.
      await run('ip', ['link', 'del', leg]);
      signal(daemon.pid, 'SIGKILL');
      await daemon.ended;
    },
  };
}

// /etc is a copy, so that the engine's key, a stray daemon.json, sshd's accounts and podman's settings are the machine's
// own; /run is empty. The loop reaps orphans, as pid 1 must.
const initScript = `
set -e
mount --make-rshared /
rm -rf "$1/etc"; mkdir -p "$1/etc"; cp -a /etc/. "$1/etc/"; rm -rf "$1/etc/docker"; mkdir "$1/etc/docker"
mount --bind "$1/etc" /etc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/sshd
hostname "$2"; echo "$2" >/etc/hostname
echo ready
trap : TERM
while :; do sleep 3600 & wait || :; done
`;

export async function startMachine(slot: Slot, net: Switch, number: number, hostname: string): Promise<Machine> {
  const dir = join(slot.dir, `h${number}`);
  const cgroupParent = `/${slot.prefix}-${number}`;
  mkdirSync(dir, { mode: 0o755 });
  const daemon = startDaemon(
    'unshare',
    [
      '--net',
      '--mount',
      '--uts',
      '--ipc',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      'sh',
      '-c',
      initScript,
      'init',
      dir,
      hostname,
    ],
    { readyLine: true },
  );
  await waitReady(daemon, `machine ${number}`);
  const init = childrenOf(daemon.pid)[0];
  if (init === undefined) throw new Error(`Machine ${number} has no first process.`);
  slot.note(daemon.pid);
  slot.note(init);
  const address = `${slot.net}.${number}`;
  const port = `p${number}`;
  await net.sh(`ip link add ${port} type veth peer name eth0 netns ${init} && ip link set ${port} master br0 up`);
  // -r too: entering a mount namespace alone leads to its root, past a chroot that we may run in.
  const enter = ['-t', String(init), '-m', '-u', '-i', '-n', '-p', '-r'];
  const sh = (line: string, options?: RunOptions) => run('nsenter', [...enter, 'sh', '-c', line], options);
  const up = await sh(`ip link set lo up && ip addr add ${address}/24 dev eth0 && ip link set eth0 up`);
  if (up.code !== 0) throw new Error(`Machine ${number} has no network: ${up.stderr}`);
  return {
    number,
    address,
    hostname,
    dir,
    cgroupParent,
    sh,
    start: (command, args, options) => startInside(enter, command, args, { ...options, log: join(dir, options.log) }),
    cut: async () => void (await net.sh(`ip link set ${port} down`)),
    plug: async () => void (await net.sh(`ip link set ${port} up`)),
    off: () => powerOff(daemon, init, cgroupParent.slice(1)),
  };
}

async function startInside(
  enter: string[],
  command: string,
  args: string[],
  options: { log: string; env?: Record<string, string> },
): Promise<MachineDaemon> {
  const log = openSync(options.log, 'a');
  const daemon = startDaemon('nsenter', [...enter, '--', command, ...args], { log, env: options.env ?? labEnv() });
  closeSync(log);
  const pid = await waitFor(
    `${command} to start`,
    () => childrenOf(daemon.pid)[0] ?? (hasEnded(daemon) ? -1 : undefined),
    {
      everyMs: 5,
    },
  );
  if (pid === -1) throw new Error(`${command} ended at once; ${options.log} tells why.`);
  return { pid, parentPid: daemon.pid, ended: daemon.ended };
}

async function powerOff(daemon: Daemon, init: number, cgroup: string): Promise<void> {
  signal(init, 'SIGKILL');
  thawCgroups(cgroup);
  // unshare ends after its child, and the child after every process of its PID namespace.
  await daemon.ended;
}
