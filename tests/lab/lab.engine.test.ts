import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, type LabEngine, startLab, waitFor } from './lab.ts';
import { findLeftovers } from './leftovers.ts';
import { must } from './run.ts';

let lab: Lab;
let engine: LabEngine;

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  await engine.busybox();
});
afterAll(() => lab?.close());

test('a container that publishes a port is reached at its machine', async () => {
  const started = await engine.docker(
    'run',
    '-d',
    '--name',
    'web',
    '-p',
    '8080:80',
    'busybox',
    'sh',
    '-c',
    'echo hello >/www/index.html; exec httpd -f -h /www',
  );
  expect(started.stderr).toBe('');
  const page = await waitFor('the page', async () => (await fetch(`http://${engine.address}:8080/`)).text());
  expect(page).toBe('hello\n');
});

test('a hung engine is silent and goes on after', async () => {
  engine.hang();
  await expect(engine.api('GET', '/_ping', { timeoutMs: 500 })).rejects.toThrow();
  engine.resume();
  expect((await engine.api('GET', '/_ping')).text).toBe('OK');
});

test('a crashed engine starts again with its containers', async () => {
  await engine.kill9();
  await expect(engine.api('GET', '/_ping')).rejects.toThrow();
  await engine.restart();
  expect((await engine.docker('ps', '-a', '--format', '{{.Names}}')).stdout).toContain('web');
});

test('TLS engines want the client certificate, ssh engines show their host key', async () => {
  const remote = await lab.engine({ tls: true, ssh: true });
  const { tls, ssh } = remote;
  if (!tls || !ssh) throw new Error('not there');
  const flags = ['-H', tls.url, '--tlsverify', '--tlscacert', tls.ca, '--tlscert', tls.cert, '--tlskey', tls.key];
  expect((await remote.docker(...flags, 'version', '--format', '{{.Server.Version}}')).stdout.trim()).toBe(
    remote.version,
  );
  expect((await remote.docker('-H', tls.url, '--tls', 'version')).code).not.toBe(0);
  const scan = await must('sh', ['-c', `ssh-keyscan -p 2222 ${remote.address} 2>/dev/null | ssh-keygen -lf -`]);
  expect(scan).toContain(ssh.hostKeyFingerprint);
  const before = ssh.hostKeyFingerprint;
  expect(await ssh.rotateHostKey()).not.toBe(before);
});

test('the newest engine runs beside it, with its lowest API raised', async () => {
  const newest = await lab.engine({ version: 'newest', minApi: '1.44' });
  expect(Number(newest.apiVersion.split('.')[1])).toBeGreaterThanOrEqual(44);
  expect((await newest.api('GET', '/v1.41/containers/json')).status).toBe(400);
  expect((await newest.docker('compose', 'version')).code).toBe(0);
  expect((await newest.docker('buildx', 'version')).code).toBe(0);
});

test('an image comes from a registry of our own, with and without a password', async () => {
  const open = await lab.registry();
  const closed = await lab.registry({ auth: true });
  const puller = await lab.engine({ registryMirror: open, flags: ['--insecure-registry', closed.address] });
  await puller.busybox('tool:1');
  await open.seed(puller, 'tool:1');
  await puller.docker('rmi', 'tool:1');
  expect(await puller.docker('pull', 'tool:1')).toMatchObject({ code: 0 });
  await closed.seed(puller, 'tool:1', 'team/tool:1');
  await puller.docker('logout', closed.address);
  expect((await puller.docker('pull', `${closed.address}/team/tool:1`)).code).not.toBe(0);
});

test('podman answers the Docker API', async () => {
  const podman = await lab.podman();
  await podman.busybox();
  expect((await podman.docker('run', '--rm', 'busybox', 'echo', 'hello')).stdout).toContain('hello');
});

test('nothing is left when a lab is closed', async () => {
  const other = await startLab();
  const { net } = other;
  const gone = await other.engine();
  await gone.busybox();
  await gone.docker('run', '-d', '--name', 'running', 'busybox', 'sleep', '1000');
  await gone.docker('run', '-d', '--name', 'paused', 'busybox', 'sleep', '1000');
  await gone.docker('pause', 'paused');
  await other.close();
  expect(await findLeftovers(net)).toEqual([]);
});
