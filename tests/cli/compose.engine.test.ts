import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '#tests/lab/run.ts';
import { type Cli, expectSuccess, startWorld, type World } from './world.ts';

const file = `version: "3.7"
services:
  web:
    image: busybox
    command: ["sh", "-c", "echo web is up; exec sleep 100000"]
    init: true
    depends_on: [db]
    networks: [front]
  db:
    image: busybox
    command: ["sh", "-c", "echo db is up; exec sleep 100000"]
    init: true
    environment:
      PASSWORD: secret
    volumes: ["data:/data"]
    networks: [front]
volumes:
  data: {}
networks:
  front: {}
`;

describe.each([
  ['compose 1.29', 'debian', 'docker-compose', []],
  ['compose v2', 'newest', 'docker', ['compose']],
] as const)('%s in header mode', (_name, version, command, first) => {
  let world: World;
  let docker: Cli;
  const compose = (...args: string[]) => {
    const { PATH = '' } = docker.env;
    // docker-compose 1.29 is Debian's, run by Debian's own Python.
    const env = { ...docker.env, PATH: command === 'docker' ? PATH : `/usr/bin:${PATH}`, COMPOSE_ANSI: 'never' };
    return run(command, [...first, ...args], { env, cwd: join(world.dir, 'shop') });
  };
  const ok = async (...args: string[]) => {
    const result = await compose(...args);
    expectSuccess(result, args.join(' '));
    return result.stdout;
  };

  beforeAll(async () => {
    world = await startWorld(version);
    docker = world.cli(world.console.admin);
    mkdirSync(join(world.dir, 'shop'));
    writeFileSync(join(world.dir, 'shop/docker-compose.yml'), file);
  });
  afterAll(() => world?.close());

  test('up, ps, logs, exec, scale, stop, down', async () => {
    await ok('up', '-d');
    expect(await ok('ps', '-q')).toMatch(/^[0-9a-f]{64}\n[0-9a-f]{64}\n$/);
    const logs = await ok('logs', '--no-color');
    expect(logs).toContain('web is up');
    expect(logs).toContain('db is up');
    expect(await ok('exec', '-T', 'web', 'echo', 'inside')).toBe('inside\n');
    await ok('up', '-d', '--scale', 'web=3');
    expect((await ok('ps', '-q')).trim().split('\n')).toHaveLength(4);
    await ok('stop', '-t', '1');
    await ok('down', '-v', '-t', '1');
    expect((await docker('ps', '-aq')).stdout).toBe('');
    expect((await docker('volume', 'ls', '-q')).stdout).toBe('');
  });
});
