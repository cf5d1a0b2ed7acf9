import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, expectSuccess, makeCli } from '#tests/cli/world.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type Lab, type LabEngine, type LabRegistry, startLab, waitFor } from '#tests/lab/lab.ts';
import type { Machine } from '#tests/lab/machine.ts';
import { linkPlugins } from '#tests/lab/person.ts';
import { type Daemon, startDaemon } from '#tests/lab/processes.ts';
import { run, runBytes } from '#tests/lab/run.ts';
import { makeCertificates, type TlsFiles } from '#tests/lab/tls.ts';
import { startCaddy, startNginx } from './proxies.ts';

const dir = mkdtempSync(join(tmpdir(), 'pilothouse-proxy-'));
const bin = resolve(import.meta.dirname, '../../bin/pilothouse');
let lab: Lab;
let engine: LabEngine;
let registry: LabRegistry;
let client: Machine;
let files: TlsFiles;

beforeAll(async () => {
  lab = await startLab();
  files = await makeCertificates(join(dir, 'tls'), [`${lab.net}.1`]);
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(files.ca, 'utf8')]);
  registry = await lab.registry();
  engine = await lab.engine({ version: 'newest', registryMirror: registry });
  await engine.busybox();
  await registry.seed(engine, 'busybox:latest', 'library/pulled:latest');
  await engine.docker('run', '-d', '--init', '--name', 'box', 'busybox', 'sleep', '100000');
  client = await lab.machine('client');
});
afterAll(async () => {
  await lab?.close();
  rmSync(dir, { recursive: true, force: true });
});

describe.each([
  ['nginx', startNginx, 1],
  ['caddy', startCaddy, 2],
] as const)('behind %s, set up as the recipe says', (name, startProxy, number) => {
  const own = join(dir, name);
  let proxy: Daemon;
  let console_: LabConsole;
  let docker: Cli;

  beforeAll(async () => {
    const listen = `${lab.net}.1:${8442 + number}`;
    const port = 3000 + number;
    proxy = startProxy({
      dir: own,
      listen,
      upstream: `${lab.net}.1:${port}`,
      cert: files.serverCert,
      key: files.serverKey,
    });
    // It tells its public address, so that all that follows goes through the proxy.
    console_ = await startConsole({
      engines: { one: engine.url },
      env: {
        HOST: `${lab.net}.1`,
        PORT: String(port),
        PILOTHOUSE_URL: `https://${listen}`,
        PILOTHOUSE_TRUSTED_PROXIES: `${lab.net}.1`,
      },
    });
    docker = makeCli(console_.admin, 'one', engine);
    const certs = join(own, 'certs');
    mkdirSync(certs);
    writeFileSync(join(certs, 'ca.pem'), readFileSync(files.ca));
    Object.assign(docker.env, { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certs });
  });
  afterAll(async () => {
    await console_?.stop();
    await proxy?.stop();
  });

  test('pages come, and the live connection is a websocket', async () => {
    const page = await fetch(`${console_.url}/sign-in`);
    expect(page.status).toBe(200);
    expect(page.headers.get('strict-transport-security')).toMatch(/max-age/);
    const socket = io(console_.url, {
      path: '/realtime',
      transports: ['websocket'],
      reconnection: false,
      ca: readFileSync(files.ca, 'utf8'),
      extraHeaders: { Cookie: console_.admin.cookie, Origin: console_.url },
    });
    try {
      await new Promise<void>((connected, reject) => {
        socket.once('connect', connected);
        socket.once('connect_error', reject);
      });
    } finally {
      socket.disconnect();
    }
  });

  test('the trail names the client, not the proxy', async () => {
    const made = await client.sh('docker volume create by-client', { env: docker.env });
    expectSuccess(made, 'volume create');
    const { json } = await console_.admin.request('GET', '/api/audit?operation=volume.create&limit=1');
    expect(json).toMatchObject({ rows: [{ address: client.address }] });
    expectSuccess(await docker('volume', 'rm', 'by-client'), 'volume rm');
  });

  test('followed logs come while they are written, and end upstream when the reader leaves', async () => {
    const script = 'echo first; while [ ! -e /go ]; do sleep 0.1; done; echo last; exec sleep 100000';
    expectSuccess(await docker('run', '-d', '--init', '--name', 'talker', 'busybox', 'sh', '-c', script), 'run -d');
    const reader = startDaemon('docker', ['logs', '-f', 'talker'], { env: docker.env, readyLine: true });
    let said = '';
    reader.child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await waitFor('the first line', () => said === 'first\n');
    expectSuccess(await docker('exec', 'talker', 'touch', '/go'), 'exec');
    await waitFor('the last line', () => said === 'first\nlast\n');
    await reader.stop();
    await waitFor('the record of the stream to end', async () => {
      const { json } = await console_.admin.request('GET', '/api/audit?operation=container.logs&limit=1');
      const [row] = (json as { rows: { outcome: string }[] }).rows;
      return row && row.outcome !== 'pending';
    });
    expectSuccess(await docker('rm', '-f', 'talker'), 'rm');
  });

  test('terminals, pull and the classic build work', async () => {
    const tty = await docker.tty({}, 'docker exec -it box sh -c "tty; exit 4"');
    expect(tty).toMatchObject({ code: 4, stdout: expect.stringContaining('/dev/pts/') });
    expectSuccess(await docker('pull', 'pulled'), 'pull');
    const context = join(own, 'context');
    mkdirSync(context);
    writeFileSync(join(context, 'Dockerfile'), `FROM busybox\nCOPY big /\nRUN wc -c /big # by ${name}\n`);
    writeFileSync(join(context, 'big'), Buffer.alloc(8 * 1024 * 1024));
    const built = await docker('build', '-t', 'classic:1', context);
    expectSuccess(built, 'build');
    expect(built.stdout).toContain('8388608 /big');
  });

  test('through pilothouse connect buildx builds over h2c, and stdin may end before the output', async () => {
    const tokenFile = join(own, 'token');
    const socket = join(own, 'engine.sock');
    writeFileSync(tokenFile, console_.admin.token, { mode: 0o600 });
    const where = ['--url', console_.url, '--token-file', tokenFile, '--socket', socket, '--ca', files.ca];
    const connector = startDaemon(bin, ['connect', 'one', ...where]);
    try {
      await waitFor('the socket', () => existsSync(socket));
      const env = { ...engine.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: docker.env.DOCKER_CONFIG ?? '' };
      linkPlugins(env.DOCKER_CONFIG, engine.plugins);
      const context = join(own, 'bx');
      mkdirSync(context);
      writeFileSync(join(context, 'Dockerfile'), `FROM busybox\nRUN echo by buildx, ${name} >/said\nCMD cat /said\n`);
      expectSuccess(await run('docker', ['buildx', 'build', '--load', '-t', `bx:${name}`, context], { env }), 'buildx');
      expect((await run('docker', ['run', '--rm', `bx:${name}`], { env })).stdout).toBe(`by buildx, ${name}\n`);
      const input = randomBytes(3 * 1024 * 1024);
      const line = 'cat; sleep 0.3; printf after; exit 3';
      const ran = await runBytes('docker', ['exec', '-i', 'box', 'sh', '-c', line], { env, input });
      const same = ran.stdout.equals(Buffer.concat([input, Buffer.from('after')]));
      expect({ code: ran.code, stderr: ran.stderr, same }).toEqual({ code: 3, stderr: '', same: true });
    } finally {
      await connector.stop();
    }
  });
});
