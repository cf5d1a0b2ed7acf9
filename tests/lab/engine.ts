import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiOptions, type ApiReply, callSocket } from './engine-api.ts';
import { importBusybox } from './images.ts';
import type { Machine, MachineDaemon } from './machine.ts';
import { newestPackages, type UnpackedPackages } from './packages.ts';
import { signal } from './processes.ts';
import { labEnv, type RunOptions, type RunResult, run } from './run.ts';
import { type LabSsh, startSsh } from './ssh.ts';
import { makeCertificates, type TlsFiles } from './tls.ts';
import { waitFor } from './wait.ts';

export interface EngineOptions {
  /** `debian`: the installed dockerd (20.10 on Debian 12); `newest`: the newest that Debian's archive offers. */
  version?: 'debian' | 'newest';
  /** More flags for dockerd. */
  flags?: string[];
  /** tcp://address:2376 with client certificates. */
  tls?: boolean;
  /** tcp://address:2375 in clear. Not together with tls. */
  tcp?: boolean;
  ssh?: boolean;
  /** Makes a new engine refuse older API versions, as Docker 29 does by itself: `1.44`. */
  minApi?: string;
  /** A registry (`lab.registry()`) that serves `docker pull NAME`. */
  registryMirror?: { url: string; address: string };
  hostname?: string;
  /** An unpacked engine to use instead (the demo's). */
  packages?: UnpackedPackages;
}

export interface LabEngine {
  socketPath: string;
  /** `unix://...`; reachable from this process without certificates. */
  url: string;
  address: string;
  /** The engine's own, `20.10.24+dfsg1`. */
  version: string;
  apiVersion: string;
  /** The docker CLI against this engine's socket. Never throws for an exit code. */
  docker(...args: string[]): Promise<RunResult>;
  /** The same with input, environment or time limit. */
  dockerWith(options: RunOptions, ...args: string[]): Promise<RunResult>;
  /** The environment in which `docker` runs (PATH, DOCKER_HOST, DOCKER_CONFIG), for compose and SDKs. */
  env: Record<string, string>;
  /** CLI plugins (compose, buildx) that belong to it, as full paths. */
  plugins: string[];
  /** One Engine API request past the console. */
  api(method: string, path: string, options?: ApiOptions): Promise<ApiReply>;
  /** Has the busybox image under this name (`busybox:latest`). */
  busybox(name?: string): Promise<void>;
  /** Stops the daemon's process in its tracks (SIGSTOP): connects succeed, then silence. */
  hang(): void;
  resume(): void;
  /** Ends the daemon at once, as a crash does; containers' processes live on. */
  kill9(): Promise<void>;
  stop(): Promise<void>;
  /** Starts it (again), after a stop, a kill9 or while it runs. */
  restart(): Promise<void>;
  /** Unplugs and plugs the machine's cable. */
  cut(): Promise<void>;
  plug(): Promise<void>;
  tls?: TlsFiles & { url: string };
  tcp?: { url: string };
  ssh?: LabSsh;
  /** Runs a shell line inside the machine. */
  sh(line: string): Promise<RunResult>;
  /** The daemon's log so far. */
  log(): string;
  /** Host pid of dockerd. */
  pid(): number;
  /** Powers the machine off; everything in it is gone. */
  off(): Promise<void>;
}

/** Starts a dockerd in the machine and waits until it answers. */
export async function startEngine(machine: Machine, options: EngineOptions = {}): Promise<LabEngine> {
  const packages = options.packages ?? (options.version === 'newest' ? await newestPackages() : undefined);
  const socketPath = join(machine.dir, 's.sock');
  const tls = options.tls ? await makeCertificates(join(machine.dir, 'tls'), [machine.address]) : undefined;
  const env = labEnv();
  // The engine's own CLI, not a newer one that somebody put into /usr/local.
  if (options.version === 'debian') env.PATH = `/usr/sbin:/usr/bin:${env.PATH}`;
  if (packages) Object.assign(env, packages.env(env));
  const args = daemonArgs(machine, socketPath, options, tls);
  const daemonEnv = { ...env, ...(options.minApi ? { DOCKER_MIN_API_VERSION: options.minApi } : {}) };
  const log = join(machine.dir, 'dockerd.log');
  let daemon: MachineDaemon | undefined;

  const start = async () => {
    const started = await machine.start('dockerd', args, { log: 'dockerd.log', env: daemonEnv });
    daemon = started;
    let ended = false;
    void started.ended.then(() => {
      ended = true;
    });
    await waitFor(
      `the engine on ${machine.address}`,
      async () => {
        if (ended) return true;
        return (await callSocket(socketPath, 'GET', '/_ping', { timeoutMs: 5000 })).status === 200;
      },
      { timeoutMs: 60_000, everyMs: 15 },
    );
    if (ended) throw new Error(`dockerd ended: ${readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n')}`);
  };
  const end = async (name: NodeJS.Signals) => {
    const ending = daemon;
    if (!ending) return;
    daemon = undefined;
    signal(ending.pid, name);
    const timer = setTimeout(() => signal(ending.pid, 'SIGKILL'), 60_000);
    await ending.ended;
    clearTimeout(timer);
  };
  const current = (): MachineDaemon => {
    if (!daemon) throw new Error('This engine is not running.');
    return daemon;
  };

  await start();
  const { version, apiVersion } = await askVersion(socketPath);
  const clientEnv = { ...env, DOCKER_HOST: `unix://${socketPath}`, DOCKER_CONFIG: makeDockerConfig(machine, packages) };
  const dockerWith = (more: RunOptions, ...command: string[]) =>
    run('docker', command, { ...more, env: { ...clientEnv, ...more.env } });
  const ssh = options.ssh ? await startSsh(machine) : undefined;
  return {
    socketPath,
    url: `unix://${socketPath}`,
    address: machine.address,
    version,
    apiVersion,
    env: clientEnv,
    plugins: packages?.plugins ?? [],
    docker: (...command) => dockerWith({}, ...command),
    dockerWith,
    api: (method, path, more) => callSocket(socketPath, method, path, more),
    busybox: (name) => importBusybox(socketPath, name),
    hang: () => signal(current().pid, 'SIGSTOP'),
    resume() {
      signal(current().pid, 'SIGCONT');
      // nsenter stops itself when its child is stopped.
      signal(current().parentPid, 'SIGCONT');
    },
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async restart() {
      await end('SIGTERM');
      await start();
    },
    cut: machine.cut,
    plug: machine.plug,
    tls: tls && { ...tls, url: `tcp://${machine.address}:2376` },
    tcp: options.tcp ? { url: `tcp://${machine.address}:2375` } : undefined,
    ssh,
    sh: machine.sh,
    log: () => readFileSync(log, 'utf8'),
    pid: () => current().pid,
    off: machine.off,
  };
}

function daemonArgs(machine: Machine, socketPath: string, options: EngineOptions, tls?: TlsFiles): string[] {
  const args = ['--data-root', join(machine.dir, 'data'), '--exec-root', '/run/docker', '--pidfile', '/run/docker.pid'];
  args.push('-H', `unix://${socketPath}`, '-H', 'unix:///run/docker.sock', '--cgroup-parent', machine.cgroupParent);
  if (tls) {
    args.push('-H', `tcp://${machine.address}:2376`, '--tlsverify', '--tlscacert', tls.ca);
    args.push('--tlscert', tls.serverCert, '--tlskey', tls.serverKey);
  } else if (options.tcp) {
    // Without --tls=false 20.10 waits 15 s, to let a person read its warning.
    args.push('-H', `tcp://${machine.address}:2375`, '--tls=false');
  }
  if (options.registryMirror) {
    args.push('--registry-mirror', options.registryMirror.url, '--insecure-registry', options.registryMirror.address);
  }
  return [...args, ...(options.flags ?? [])];
}

async function askVersion(socketPath: string): Promise<{ version: string; apiVersion: string }> {
  const { json } = await callSocket(socketPath, 'GET', '/version');
  const answer = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  return { version: String(answer.Version), apiVersion: String(answer.ApiVersion) };
}

function makeDockerConfig(machine: Machine, packages?: UnpackedPackages): string {
  const dir = join(machine.dir, 'docker-config');
  const plugins = join(dir, 'cli-plugins');
  mkdirSync(plugins, { recursive: true });
  for (const path of packages?.plugins ?? []) symlinkSync(path, join(plugins, path.slice(path.lastIndexOf('/') + 1)));
  return dir;
}
