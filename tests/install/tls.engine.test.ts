import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, expectSuccess, makeCli } from '#tests/cli/world.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { startDaemon } from '#tests/lab/processes.ts';
import { run } from '#tests/lab/run.ts';
import { makeCertificates } from '#tests/lab/tls.ts';

// PILOTHOUSE_TLS_CERT and _KEY: the console serves https itself, under an authority that only we know.
const dir = mkdtempSync(join(tmpdir(), 'pilothouse-tls-'));
const bin = resolve(import.meta.dirname, '../../bin/pilothouse');
let lab: Lab;
let engine: LabEngine;
let console_: LabConsole;
let docker: Cli;
let ca: string;

beforeAll(async () => {
  const files = await makeCertificates(join(dir, 'tls'), ['127.0.0.1']);
  ca = files.ca;
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(ca, 'utf8')]);
  lab = await startLab();
  engine = await lab.engine({ version: 'debian' });
  await engine.busybox();
  await engine.docker('run', '-d', '--init', '--name', 'box', 'busybox', 'sleep', '100000');
  console_ = await startConsole({
    engines: { one: engine.url },
    env: { PILOTHOUSE_TLS_CERT: files.serverCert, PILOTHOUSE_TLS_KEY: files.serverKey },
  });
  docker = makeCli(console_.admin, 'one', engine);
  const certs = join(dir, 'certs');
  mkdirSync(certs);
  writeFileSync(join(certs, 'ca.pem'), readFileSync(ca));
  Object.assign(docker.env, { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certs });
});
afterAll(async () => {
  await console_?.stop();
  await lab?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('pages come with HSTS, and the cookies of a sign-in travel by https alone', async () => {
  expect(console_.url).toMatch(/^https:/);
  const page = await fetch(`${console_.url}/sign-in`);
  expect(page.status).toBe(200);
  expect(page.headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/);
  const { headers } = await fetch(`${console_.url}/api/auth/csrf`);
  const cookies = [...headers.getSetCookie(), ...(await sessionCookies())];
  expect(cookies.some((cookie) => cookie.startsWith('pilothouse.session='))).toBe(true);
  for (const cookie of cookies) expect(cookie).toMatch(/; Secure/i);
});

test('the live connection works over wss', async () => {
  const socket: Socket = io(console_.url, {
    path: '/realtime',
    transports: ['websocket'],
    reconnection: false,
    ca: readFileSync(ca, 'utf8'),
    extraHeaders: { Cookie: console_.admin.cookie, Origin: console_.url },
  });
  try {
    await new Promise<void>((connected, reject) => {
      socket.once('connect', connected);
      socket.once('connect_error', reject);
    });
    expect(socket.io.engine.transport.name).toBe('websocket');
  } finally {
    socket.disconnect();
  }
});

test('the docker command line has terminals, half-closed stdin and exit codes', async () => {
  const tty = await docker.tty({}, 'docker run -it --rm busybox sh -c "tty; exit 4"');
  expect(tty).toMatchObject({ code: 4, stdout: expect.stringContaining('/dev/pts/0') });
  const piped = await docker.with({ input: 'one\ntwo\n' }, 'exec', '-i', 'box', 'sh', '-c', 'cat; echo after; exit 3');
  expect(piped).toEqual({ code: 3, stdout: 'one\ntwo\nafter\n', stderr: '' });
  const logs = 'for i in 1 2 3; do echo "line $i"; sleep 0.2; done';
  expectSuccess(await docker('run', '-d', '--name', 'talker', 'busybox', 'sh', '-c', logs), 'run -d');
  expect(await docker('logs', '-f', 'talker')).toEqual({ code: 0, stdout: 'line 1\nline 2\nline 3\n', stderr: '' });
});

test('20 MB pass through exec -i cat unchanged', async () => {
  const input = randomBytes(20 * 1024 * 1024);
  const { code, stdout, stderr } = await docker.bytes({ input }, 'exec', '-i', 'box', 'cat');
  expect({ code, stderr, same: stdout.equals(input) }).toEqual({ code: 0, stderr: '', same: true });
});

test('pilothouse connect reaches it with --ca, and says what is wrong without', async () => {
  const tokenFile = join(dir, 'token');
  writeFileSync(tokenFile, console_.admin.token, { mode: 0o600 });
  for (const [name, extra] of [
    ['with', ['--ca', ca]],
    ['without', []],
  ] as const) {
    const socket = join(dir, `${name}.sock`);
    const where = ['--url', console_.url, '--token-file', tokenFile, '--socket', socket];
    const connector = startDaemon(bin, ['connect', 'one', ...where, ...extra]);
    try {
      await waitFor('the socket', () => existsSync(socket));
      const env = { ...engine.env, DOCKER_HOST: `unix://${socket}` };
      const input = 'in\n';
      const ran = await run('docker', ['exec', '-i', 'box', 'sh', '-c', 'cat; echo out'], { env, input });
      if (name === 'with') expect(ran).toEqual({ code: 0, stdout: 'in\nout\n', stderr: '' });
      else expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/can't be reached: .*certificate/) });
    } finally {
      await connector.stop();
    }
  }
});

async function sessionCookies(): Promise<string[]> {
  const csrf = await fetch(`${console_.url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookie = csrf.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const { email, password } = console_.admin;
  const answer = await fetch(`${console_.url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Cookie: cookie, Origin: console_.url },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  });
  return answer.headers.getSetCookie();
}
