import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '#tests/lab/lab.ts';
import { labEnv } from '#tests/lab/run.ts';
import { makeTempDir } from '#tests/lab/temp-dir.ts';
import { startScript } from './start-script.ts';

// npm start, without npm: it needs the build, which `npm test` has made.
let dir: string;
beforeAll(() => {
  dir = makeTempDir('start');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const start = (env: Record<string, string>) =>
  startScript(
    ['scripts/start.mjs'],
    labEnv({ PORT: '0', HOST: '127.0.0.1', DOCKER_HOST: 'unix:///nonexistent/docker.sock', ...env }),
  );

test('a first run without administrator prints a setup link, and SIGTERM ends it with 0', async () => {
  const server = start({ PILOTHOUSE_DATA: join(dir, 'first') });
  const url = await waitFor('the link', () => /(http:\S+)\/setup\?secret=\S{20,}/.exec(server.said())?.[1], {
    timeoutMs: 60_000,
  });
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  server.signal('SIGTERM');
  expect(await server.ended).toBe(0);
});

test('Ctrl-C through npm, which sends the signal twice, ends it with 0', async () => {
  const server = start({ PILOTHOUSE_DATA: join(dir, 'second') });
  await waitFor('the address', () => server.said().includes('is at http'), { timeoutMs: 60_000 });
  server.signal('SIGINT');
  server.signal('SIGINT');
  expect(await server.ended).toBe(0);
});

test('a port that is taken stops the start with one sentence and nothing half-made', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await waitFor('a port', () => taken.listening);
  const address = taken.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  const dataDir = join(dir, 'third');
  const server = start({ PORT: port, PILOTHOUSE_DATA: dataDir });
  expect(await server.ended).toBe(1);
  expect(server.said().trim()).toMatch(new RegExp(`^Pilothouse can't start\\. PORT ${port} .*\\.$`));
  expect(existsSync(dataDir)).toBe(false);
  taken.close();
});

test.each([
  ['a data folder that is a file', { PILOTHOUSE_DATA: 'FILE' }, /PILOTHOUSE_DATA names .*can't be written to/],
  ['a port that is none', { PORT: '99999' }, /PORT /],
  ['half an administrator', { PILOTHOUSE_ADMIN_EMAIL: 'a@b.example' }, /PILOTHOUSE_ADMIN_PASSWORD/],
])('%s stops the start with one sentence and exit code 1', async (_what, env, sentence) => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  mkdirSync(join(dir, 'data'), { recursive: true });
  const values = Object.entries({ PILOTHOUSE_DATA: join(dir, 'data'), ...env }).map(([name, value]) => [
    name,
    value.replace('FILE', file),
  ]);
  const server = start(Object.fromEntries(values) as Record<string, string>);
  expect(await server.ended).toBe(1);
  expect(server.said().trim().split('\n')).toHaveLength(1);
  expect(server.said()).toMatch(sentence);
});
