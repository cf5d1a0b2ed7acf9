import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { type Lab, type LabEngine, startLab } from '#tests/lab/lab.ts';
import { dockerEnv, linkPlugins } from '#tests/lab/person.ts';
import { run } from '#tests/lab/run.ts';
import { makeTempDir } from '#tests/lab/temp-dir.ts';
import { expectSuccess } from './world.ts';

const file = (project: string) => `version: "3.7"
services:
  web:
    image: ${project}/web:1
    command: ["sh", "-c", "echo web is up; exec sleep 100000"]
    init: true
    depends_on: [db]
    networks: [front, common]
    volumes: ["/anonymous"]
  db:
    image: ${project}/web:1
    command: ["sh", "-c", "echo db is up; exec sleep 100000"]
    init: true
    volumes: ["data:/data"]
    networks: [front]
volumes:
  data: {}
networks:
  front: {}
  common:
    external: true
`;

// A developer of the compose project shop, with the command lines that people have. (compose 1.29 does as well, tried; it
// takes four times as long.)
describe('docker and compose in a scope', () => {
  let lab: Lab;
  let engine: LabEngine;
  let door: DoorUnderTest;
  let developer: DoorPerson;
  let env: Record<string, string>;
  let dir: string;
  const docker = (...args: string[]) => run('docker', args, { env });
  const compose = (project: string, ...args: string[]) =>
    run('docker', ['compose', ...args], { env, cwd: join(dir, project) });
  const ok = async (...args: string[]) => {
    const result = await compose('shop', ...args);
    expectSuccess(result, args.join(' '));
    return result.stdout;
  };

  beforeAll(async () => {
    lab = await startLab();
    engine = await lab.engine({ version: 'newest' });
    for (const name of ['shop/web:1', 'bank/web:1']) await engine.busybox(name);
    await engine.docker('network', 'create', '--label', 'io.pilothouse.shared=true', 'common');
    door = await startDoor({ engines: { one: engine.url } });
    const resource = { project: 'shop', images: ['shop/*'] };
    developer = await door.person('developer', { kind: 'all', value: '' }, resource);
    dir = makeTempDir('scopes');
    for (const name of ['docker', 'shop', 'bank']) mkdirSync(join(dir, name));
    for (const name of ['shop', 'bank']) writeFileSync(join(dir, name, 'docker-compose.yml'), file(name));
    env = {
      ...dockerEnv(`http://127.0.0.1:${door.port}`, 'one', developer.token, join(dir, 'docker')),
      PATH: engine.env.PATH ?? '',
    };
    linkPlugins(join(dir, 'docker'), engine.plugins);
  });
  afterAll(async () => {
    await door?.close();
    await lab?.close();
    if (dir) rmSync(dir, { recursive: true, force: true });
  });

  test('up, ps, logs, exec, restart, down work for the project of the scope', async () => {
    await ok('up', '-d');
    expect(await ok('ps', '-q')).toMatch(/^[0-9a-f]{64}\n[0-9a-f]{64}\n$/);
    expect(await ok('logs', '--no-color')).toContain('web is up');
    expect(await ok('exec', '-T', 'web', 'echo', 'inside')).toBe('inside\n');
    await ok('restart', '-t', '0');
    await ok('down', '-v', '-t', '0');
    expect((await docker('ps', '-aq')).stdout).toBe('');
    expect((await docker('volume', 'ls', '-q')).stdout).toBe('');
    expect((await docker('network', 'ls', '--format', '{{.Name}}')).stdout.trim().split('\n').sort()).toEqual([
      'bridge',
      'common',
      'none',
    ]);
  });

  test('another project is refused, and leaves nothing', async () => {
    const result = await compose('bank', 'up', '-d');
    expect(result.code).not.toBe(0);
    expect(result.stderr + result.stdout).toContain('project shop');
    expect((await engine.docker('ps', '-aq')).stdout).toBe('');
    expect((await engine.docker('network', 'ls', '-q', '--filter', 'name=bank')).stdout).toBe('');
  });

  test('run, run -v with a new volume, rm -v, stats, events and inspect see the scope', async () => {
    expectSuccess(
      await engine.docker('run', '-d', '--init', '--name', 'other', 'bank/web:1', 'sleep', '1000'),
      'other',
    );
    const ran = await docker('run', '-d', '--init', '--name', 'mine', '-v', 'fresh:/x', 'shop/web:1', 'sleep', '1000');
    expectSuccess(ran, 'run');
    const label = '{{index .Labels "com.docker.compose.project"}}';
    expect((await docker('volume', 'inspect', '-f', label, 'fresh')).stdout.trim()).toBe('shop');
    expect((await docker('ps', '-a', '--format', '{{.Names}}')).stdout.trim()).toBe('mine');
    expect((await docker('stats', '--no-stream', '--format', '{{.Name}}')).stdout.trim()).toBe('mine');
    for (const args of [
      ['logs', 'other'],
      ['exec', 'other', 'id'],
      ['rm', '-f', 'other'],
      ['inspect', '--type', 'container', 'other'],
    ]) {
      const result = await docker(...args);
      expect([args, result.code, /[Nn]o such (container|object)/.test(result.stderr)]).toEqual([
        args,
        expect.any(Number),
        true,
      ]);
    }
    const foreign = await docker('run', '--rm', 'bank/web:1', 'true');
    expect(foreign.code).toBe(125);
    expect(foreign.stderr).toContain('images shop/*');
    const events = await docker('events', '--since', '1h', '--until', '0s', '--format', '{{.Actor.Attributes.name}}');
    expect(events.stdout).toContain('mine');
    expect(events.stdout).not.toContain('other');
    expectSuccess(await docker('rm', '-fv', 'mine'), 'rm');
    expectSuccess(await docker('volume', 'rm', 'fresh'), 'volume rm');
    await engine.docker('rm', '-f', 'other');
  });
});
