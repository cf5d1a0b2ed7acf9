import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '#tests/lab/lab.ts';
import { type Daemon, startDaemon } from '#tests/lab/processes.ts';
import { run } from '#tests/lab/run.ts';
import { expectSuccess, startWorld, type World } from './world.ts';

// Clients that can carry no header of ours, through the socket of `pilothouse connect`.
let world: World;
let socketPath: string;
let connector: Daemon;
let env: Record<string, string>;

beforeAll(async () => {
  world = await startWorld('newest');
  socketPath = join(world.dir, 'engine.sock');
  const tokenFile = join(world.dir, 'token');
  writeFileSync(tokenFile, world.console.admin.token, { mode: 0o600 });
  const bin = resolve(import.meta.dirname, '../../bin/pilothouse');
  connector = startDaemon(bin, [
    'connect',
    'one',
    '--url',
    world.console.url,
    '--token-file',
    tokenFile,
    '--socket',
    socketPath,
  ]);
  await waitFor('the socket', () => existsSync(socketPath));
  env = { ...world.engine.env, DOCKER_HOST: `unix://${socketPath}` };
});
afterAll(async () => {
  await connector?.stop();
  await world?.close();
});

test('the socket is for its owner alone', () => {
  expect(statSync(socketPath).mode & 0o777).toBe(0o600);
});

test('docker build with buildx builds and loads an image', async () => {
  const context = join(world.dir, 'context');
  mkdirSync(context);
  writeFileSync(
    join(context, 'Dockerfile'),
    'FROM busybox\nCOPY greeting /\nRUN cat /greeting\nCMD ["cat", "/greeting"]\n',
  );
  writeFileSync(join(context, 'greeting'), 'by buildx\n');
  const built = await run('docker', ['buildx', 'build', '--load', '-t', 'bx:1', context], { env });
  expectSuccess(built, 'buildx build');
  expect((await run('docker', ['run', '--rm', 'bx:1'], { env })).stdout).toBe('by buildx\n');
});

test('compose up --build builds and starts', async () => {
  const dir = join(world.dir, 'app');
  mkdirSync(dir);
  writeFileSync(join(dir, 'Dockerfile'), 'FROM busybox\nCMD ["sh", "-c", "echo built and up; exec sleep 100000"]\n');
  writeFileSync(join(dir, 'compose.yaml'), 'services:\n  app:\n    build: .\n    init: true\n');
  const compose = (...args: string[]) => run('docker', ['compose', ...args], { env, cwd: dir });
  expectSuccess(await compose('up', '--build', '-d'), 'compose up');
  expect(
    await waitFor('the log', async () => {
      const { stdout } = await compose('logs', '--no-color');
      return stdout.includes('built and up') && stdout;
    }),
  ).toContain('built and up');
  expectSuccess(await compose('down', '-t', '1'), 'compose down');
});

test('dockerode runs a container and reads its output', async () => {
  const docker = new Docker({ socketPath });
  expect((await docker.version()).Version).toBe(world.engine.version);
  const container = await docker.createContainer({
    Image: 'busybox',
    Cmd: ['cat'],
    OpenStdin: true,
    StdinOnce: true,
    Tty: true,
  });
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true });
  let said = '';
  stream.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await container.start();
  stream.write('hello by dockerode\n');
  await waitFor('the echo', () => said.split('hello by dockerode').length > 2);
  await container.remove({ force: true });
});

test('python3-docker runs a container', async () => {
  const script = `
import docker
client = docker.from_env()
print(client.containers.run('busybox', ['echo', 'hello by python'], remove=True).decode(), end='')
c = client.containers.run('busybox', ['sleep', '1000'], detach=True, init=True)
print(c.exec_run(['echo', 'inside']).output.decode(), end='')
c.remove(force=True)
`;
  const result = await run('/usr/bin/python3', ['-c', script], { env });
  expect(result).toEqual({ code: 0, stdout: 'hello by python\ninside\n', stderr: '' });
});
