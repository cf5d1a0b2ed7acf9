import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { expectSuccess, makeCli } from '#tests/cli/world.ts';
import { startConsole } from '#tests/lab/console.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { callConsole } from '#tests/lab/person.ts';
import { type LabPostgres, startPostgres } from '#tests/lab/postgres.ts';
import { startDaemon } from '#tests/lab/processes.ts';
import { labEnv, type RunResult, run } from '#tests/lab/run.ts';

// Each test starts several processes one after the other.
vi.setConfig({ testTimeout: 240_000 });

const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'bin/pilothouse');
const dir = mkdtempSync(join(tmpdir(), 'pilothouse-start-'));
let lab: Lab;
let engine: LabEngine;
let postgres: LabPostgres;

beforeAll(async () => {
  lab = await startLab();
  [engine, postgres] = await Promise.all([lab.engine({ version: 'debian' }), startPostgres()]);
  await engine.busybox();
  await engine.docker('run', '-d', '--init', '--name', 'box', 'busybox', 'sleep', '100000');
});
afterAll(async () => {
  await postgres?.stop();
  await lab?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** What `npm start` runs after its set-up. */
function start(env: Record<string, string>): Promise<RunResult> {
  const base = { PORT: '0', HOST: '127.0.0.1', DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
  return run(process.execPath, ['scripts/start.mjs'], { cwd: root, env: labEnv({ ...base, ...env }) });
}

test('what stops a start is told in one sentence, with exit code 1 and nothing half-made', async () => {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
  const { port } = taken.address() as AddressInfo;
  const file = join(dir, 'file');
  writeFileSync(file, 'no folder');
  // One of each kind; what else may be wrong with a variable is tried beside lib/config.ts and lib/server/listen.ts.
  const faults: [Record<string, string>, RegExp][] = [
    [{ PORT: String(port) }, /PORT \d+ is already in use/],
    [{ PILOTHOUSE_DATA: join(file, 'data') }, /PILOTHOUSE_DATA names .* can't be written to/],
    [{ PILOTHOUSE_URL: 'pilot.example' }, /PILOTHOUSE_URL must be an http or https URL/],
    [{ PILOTHOUSE_TRUSTED_PROXIES: 'proxy.local' }, /PILOTHOUSE_TRUSTED_PROXIES has the entry "proxy\.local"/],
    [{ PILOTHOUSE_TLS_CERT: file, PILOTHOUSE_TLS_KEY: join(dir, 'missing') }, /PILOTHOUSE_TLS_CERT names /],
    [{ DATABASE_URL: 'postgres://u:hidden@127.0.0.1:1/x' }, /The database 127\.0\.0\.1:1\/x can't be used: /],
  ];
  for (const [index, [env, sentence]] of faults.entries()) {
    const dataDir = join(dir, `fault-${index}`);
    const { code, stderr } = await start({ PILOTHOUSE_DATA: dataDir, ...env });
    expect([env, code]).toEqual([env, 1]);
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^Pilothouse can't start\. [^\n]+\n$/);
    expect(stderr).not.toContain('hidden');
    // An unreachable database is noticed after the data folder and its secret were made; they serve the next start.
    if (env.DATABASE_URL) expect(readdirSync(dataDir)).toEqual(['secret']);
    else expect(existsSync(dataDir)).toBe(false);
  }
  taken.close();
});

test('on Postgres it signs in, serves docker, and stops at once with streams open', async () => {
  const console_ = await startConsole({ engines: { one: engine.url }, env: { DATABASE_URL: postgres.url } });
  try {
    const docker = makeCli(console_.admin, 'one', engine);
    expect((await docker('ps', '--format', '{{.Names}}')).stdout).toBe('box\n');
    expect(readdirSync(console_.dataDir)).toEqual(['secret']);
    const events = startDaemon('docker', ['events'], { env: docker.env });
    const shell = startDaemon('docker', ['exec', 'box', 'sleep', '100000'], { env: docker.env });
    await waitFor('both streams', async () => {
      const { json } = await console_.admin.request('GET', '/api/audit?outcome=pending&limit=10');
      const top = await engine.docker('top', 'box');
      return JSON.stringify(json).includes('exec') && top.stdout.split('sleep 100000').length > 3;
    });
    const stopped = startDaemon('sh', ['-c', `while kill -0 ${console_.pid} 2>/dev/null; do sleep 0.1; done`]);
    process.kill(console_.pid, 'SIGTERM');
    // The console gives itself 15 s before it leaves the rest to the system, and would say so by its exit code.
    await Promise.all([stopped.ended, events.ended, shell.ended]);
    expect(console_.log()).toContain('SIGTERM: stopping');
  } finally {
    await console_.kill9();
  }
});

test('another secret than the one the data was made with stops the start, until it is replaced', async () => {
  const dataDir = join(dir, 'secret');
  const at = (secret: string) => ({ PILOTHOUSE_DATA: dataDir, PILOTHOUSE_SECRET: secret });
  const [right, wrong] = [at('the right secret of this data'), at('quite another secret')];
  const pilothouse = (env: Record<string, string>, ...args: string[]) => run(bin, args, { env: labEnv(env) });
  const create = ['users', 'create', 'ann@pilothouse.test', '--role', 'administrator', '--no-password'];
  expectSuccess(await pilothouse(right, ...create), 'users create');
  expectSuccess(await pilothouse(right, 'token', 'create', '--user', 'ann@pilothouse.test', '--name', 'ci'), 'token');
  expect(await start(wrong)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^[^\n]*PILOTHOUSE_SECRET[^\n]*\n$/),
  });
  const replaced = await pilothouse(wrong, 'secret', 'replace');
  expect(replaced).toMatchObject({ code: 0, stderr: expect.stringContaining('1 tokens, 0 sessions') });
  expect((await pilothouse(wrong, 'users', 'list')).stdout).toContain('ann@pilothouse.test');
});

test('a backup taken while the console runs is the console again, and needs a folder of its own', async () => {
  const console_ = await startConsole({ engines: { one: engine.url } });
  const copy = join(dir, 'backup');
  const backup = () => run(bin, ['backup', copy], { env: labEnv({ PILOTHOUSE_DATA: console_.dataDir }) });
  const { token } = console_.admin;
  try {
    const made = await backup();
    expect(made).toEqual({ code: 0, stdout: `${copy}/pilothouse.sqlite\n${copy}/secret\n`, stderr: '' });
    expect(await backup()).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
  } finally {
    await console_.stop();
  }
  const dataDir = join(dir, 'restored');
  mkdirSync(dataDir);
  await run('cp', ['-p', `${copy}/pilothouse.sqlite`, `${copy}/secret`, dataDir]);
  const restored = await startConsole({ dataDir });
  try {
    // The token was made before the backup; its hash is void under any other secret.
    const headers = { Authorization: `Bearer ${token}` };
    const list = await callConsole(restored.url, 'GET', '/docker/one/containers/json', undefined, headers);
    expect(list).toMatchObject({ status: 200, json: [{ Names: ['/box'] }] });
    // Whether it runs is open to whoever asks, its figures are not.
    const health = await callConsole(restored.url, 'GET', '/api/health');
    expect(health).toMatchObject({ status: 200, json: { status: 'ok', version: expect.any(String) } });
    expect((await callConsole(restored.url, 'GET', '/metrics')).status).toBe(401);
    const metrics = await callConsole(restored.url, 'GET', '/metrics', undefined, headers);
    expect(metrics.status).toBe(200);
    expect(metrics.text).toMatch(/^pilothouse_engine_up\{engine="one"\} [01]$/m);
    const viewer = await restored.person('viewer');
    const denied = { Authorization: `Bearer ${viewer.token}` };
    expect((await callConsole(restored.url, 'GET', '/metrics', undefined, denied)).status).toBe(403);
  } finally {
    await restored.stop();
  }
});

test('a dump of Postgres, restored into an empty database with the secret beside it, is the console again', async () => {
  const from = await postgres.database();
  const first = await startConsole({ engines: { one: engine.url }, env: { DATABASE_URL: from } });
  const { token } = first.admin;
  const dump = join(dir, 'today.dump');
  const dataDir = join(dir, 'restored-postgres');
  mkdirSync(dataDir);
  try {
    expectSuccess(await run('pg_dump', ['-Fc', '-f', dump, from]), 'pg_dump');
    await run('cp', ['-p', join(first.dataDir, 'secret'), dataDir]);
  } finally {
    await first.stop();
  }
  const url = await postgres.database();
  expectSuccess(await run('pg_restore', ['--no-owner', '-d', url, dump]), 'pg_restore');
  const restored = await startConsole({ dataDir, env: { DATABASE_URL: url } });
  try {
    const headers = { Authorization: `Bearer ${token}` };
    const list = await callConsole(restored.url, 'GET', '/docker/one/containers/json', undefined, headers);
    expect(list).toMatchObject({ status: 200, json: [{ Names: ['/box'] }] });
  } finally {
    await restored.stop();
  }
});
