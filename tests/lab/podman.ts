import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiOptions, type ApiReply, callSocket } from './engine-api.ts';
import { importBusybox } from './images.ts';
import type { Machine } from './machine.ts';
import { labEnv, type RunResult, run } from './run.ts';
import { waitFor } from './wait.ts';

export interface LabPodman {
  socketPath: string;
  url: string;
  address: string;
  docker(...args: string[]): Promise<RunResult>;
  api(method: string, path: string, options?: ApiOptions): Promise<ApiReply>;
  busybox(name?: string): Promise<void>;
  sh(line: string): Promise<RunResult>;
  off(): Promise<void>;
}

/** `podman system service`: answers much of the Docker API, and a little differently. */
export async function startPodman(machine: Machine): Promise<LabPodman> {
  const socketPath = join(machine.dir, 's.sock');
  const store = [
    '--root',
    join(machine.dir, 'store'),
    '--runroot',
    '/run/containers/storage',
    '--tmpdir',
    '/run/libpod',
  ];
  const args = [
    ...store,
    '--cgroup-manager',
    'cgroupfs',
    '--events-backend',
    'file',
    'system',
    'service',
    '--time',
    '0',
    `unix://${socketPath}`,
  ];
  await machine.start('podman', args, { log: 'podman.log' });
  await waitFor(
    `podman on ${machine.address}`,
    async () => (await callSocket(socketPath, 'GET', '/_ping')).status === 200,
    { timeoutMs: 60_000 },
  );
  const config = join(machine.dir, 'docker-config');
  mkdirSync(config);
  const env = { ...labEnv(), DOCKER_HOST: `unix://${socketPath}`, DOCKER_CONFIG: config };
  return {
    socketPath,
    url: `unix://${socketPath}`,
    address: machine.address,
    docker: (...command) => run('docker', command, { env }),
    api: (method, path, more) => callSocket(socketPath, method, path, more),
    // Podman knows short names as docker.io/library/NAME and imports them under localhost/.
    busybox: (name = 'docker.io/library/busybox:latest') => importBusybox(socketPath, name),
    sh: machine.sh,
    off: machine.off,
  };
}
