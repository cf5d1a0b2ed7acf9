import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaw } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { type Lab, type LabEngine, startLab } from '#tests/lab/lab.ts';
import { run } from '#tests/lab/run.ts';
import { makeCertificates } from '#tests/lab/tls.ts';
import { type Connector, startConnector } from './connector.ts';

let lab: Lab;
let engine: LabEngine;
let plain: DoorUnderTest;
let secure: DoorUnderTest;
let ca: string;
const dir = mkdtempSync(join(tmpdir(), 'pilothouse-connect-'));
const connectors: Connector[] = [];

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  await engine.busybox();
  const files = await makeCertificates(join(dir, 'tls'), ['127.0.0.1']);
  ca = readFileSync(files.ca, 'utf8');
  plain = await startDoor({ engines: { eng: engine.url } });
  secure = await startDoor({
    engines: { eng: engine.url },
    tls: { certFile: files.serverCert, keyFile: files.serverKey },
  });
});

afterAll(async () => {
  for (const connector of connectors) await connector.close();
  await plain?.close();
  await secure?.close();
  await lab?.close();
  rmSync(dir, { recursive: true, force: true });
});

async function connectTo(door: DoorUnderTest, name: string, token: () => string): Promise<string> {
  const connector = await startConnector({
    engine: 'eng',
    consoleUrl: `${door === secure ? 'https' : 'http'}://127.0.0.1:${door.port}`,
    readToken: token,
    socketPath: join(dir, `${name}.sock`),
    ca,
  });
  connectors.push(connector);
  return connector.socketPath;
}

const docker = (socket: string, ...args: string[]) =>
  run('docker', args, { env: { ...engine.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: join(dir, 'none') } });

describe.each(['http', 'https'])('a connector to a console on %s', (scheme) => {
  let door: DoorUnderTest;
  let admin: DoorPerson;
  let socket: string;

  beforeAll(async () => {
    door = scheme === 'http' ? plain : secure;
    admin = await door.person('administrator');
    socket = await connectTo(door, scheme, () => admin.token);
  });

  it('is a socket for its owner alone', () => {
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  it('runs containers, passes stdin, its end and the exit code on', async () => {
    const input = randomBytes(3_000_000);
    const ran = await run('docker', ['run', '--rm', '-i', 'busybox', 'sh', '-c', 'cat | md5sum; exit 5'], {
      env: { ...engine.env, DOCKER_HOST: `unix://${socket}` },
      input,
    });
    const sum = await run('md5sum', [], { input });
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([5, sum.stdout, '']);
  });

  it('rewrites every request of a kept-alive connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<unknown>();
    for (const path of ['/_ping', '/version', '/v1.41/containers/json', '/nothing/here']) {
      const status = await new Promise((resolve, reject) => {
        const req = request({ socketPath: socket, agent, path, headers: { Authorization: 'Bearer own' } }, (res) => {
          res.resume().once('end', () => resolve(res.statusCode));
        });
        req
          .once('socket', (used) => ports.add(used))
          .once('error', reject)
          .end();
      });
      expect([path, status]).toEqual([path, path.includes('nothing') ? 403 : 200]);
    }
    expect(ports.size).toBe(1);
    agent.destroy();
  });

  it('answers what is not HTTP with 400, and passes no byte of it on', async () => {
    expect((await openRaw(socket, 'hello\r\n\r\n').ended).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('a connector', () => {
  it('says what is wrong when the console is away or does not know the token', async () => {
    const wrong = await connectTo(plain, 'wrong', () => 'phk_wrong');
    expect((await docker(wrong, 'ps')).stderr).toContain('token');
    const away = await startConnector({
      engine: 'eng',
      consoleUrl: 'http://127.0.0.1:1',
      readToken: () => 'x',
      socketPath: join(dir, 'away.sock'),
    });
    connectors.push(away);
    expect((await docker(away.socketPath, 'ps')).stderr).toContain("can't be reached");
  });

  it('trusts no console whose certificate it can not check', async () => {
    const admin = await secure.person('administrator');
    const connector = await startConnector({
      engine: 'eng',
      consoleUrl: `https://127.0.0.1:${secure.port}`,
      readToken: () => admin.token,
      socketPath: join(dir, 'untrusted.sock'),
    });
    connectors.push(connector);
    expect((await docker(connector.socketPath, 'ps')).stderr).toContain('certificate');
  });

  it('takes away no file that is no socket, and nothing of its own stays behind', async () => {
    const path = join(dir, 'file');
    writeFileSync(path, 'mine');
    const options = { engine: 'eng', consoleUrl: plain.url, readToken: () => 'x' };
    await expect(startConnector({ ...options, socketPath: path })).rejects.toThrow(/no socket/);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    const connector = await startConnector({ ...options, socketPath: join(dir, 'gone.sock') });
    await expect(startConnector({ ...options, socketPath: connector.socketPath })).rejects.toThrow(/another process/);
    await connector.close();
    expect(existsSync(connector.socketPath)).toBe(false);
  });

  it.each(['ftp://x', 'http://user:pass@x', 'http://x/?token=y', 'x'])('refuses the address %s', async (consoleUrl) => {
    const options = { engine: 'eng', consoleUrl, readToken: () => 'x', socketPath: join(dir, 'never.sock') };
    await expect(startConnector(options)).rejects.toThrow(/console/);
  });
});
