import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCertificates } from '#tests/lab/tls.ts';
import { listen, refuseOnSocket } from './listen.ts';

test('a taken port is one sentence that names PORT', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const port = (other.address() as AddressInfo).port;
  await expect(listen({ host: '127.0.0.1', port })).rejects.toThrow(`PORT ${port} is already in use`);
  other.close();
});

test('a certificate that can not be read is one sentence that names its variable', async () => {
  const tls = { certFile: '/nonexistent/cert.pem', keyFile: '/nonexistent/key.pem' };
  await expect(listen({ host: '127.0.0.1', port: 0, tls })).rejects.toThrow('PILOTHOUSE_TLS_CERT names /nonexistent');
});

test('a certificate and a key that are none, or not of each other, are named', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pilothouse-listen-'));
  try {
    const { serverCert, serverKey, key } = await makeCertificates(dir, ['127.0.0.1']);
    const start = (certFile: string, keyFile: string) =>
      listen({ host: '127.0.0.1', port: 0, tls: { certFile, keyFile } });
    await expect(start(serverKey, serverKey)).rejects.toThrow(/PILOTHOUSE_TLS_CERT names .* holds no certificate/);
    await expect(start(serverCert, serverCert)).rejects.toThrow(/PILOTHOUSE_TLS_KEY names .* holds no private key/);
    await expect(start(serverCert, key)).rejects.toThrow(/PILOTHOUSE_TLS_KEY names .* not the key of the certificate/);
    await (await start(serverCert, serverKey)).close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('requests that come before the console is built wait for it', async () => {
  const listener = await listen({ host: '127.0.0.1', port: 0 });
  const { port } = listener.server.address() as AddressInfo;
  const arrived = new Promise((resolve) => listener.server.once('request', resolve));
  const answer = new Promise<number | undefined>((resolve, reject) => {
    get({ port, host: '127.0.0.1' }, (res) => resolve(res.resume().statusCode)).on('error', reject);
  });
  await arrived;
  listener.open({ request: (_req, res) => res.writeHead(204).end(), upgrade: (_req, socket) => socket.destroy() });
  expect(await answer).toBe(204);
  await listener.close();
});

test('closing ends connections that are still open', async () => {
  const listener = await listen({ host: '127.0.0.1', port: 0 });
  const { port } = listener.server.address() as AddressInfo;
  const arrived = new Promise((resolve) => listener.server.once('request', resolve));
  const ended = new Promise<string | undefined>((resolve) => {
    get({ port, host: '127.0.0.1' }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  await arrived;
  await listener.close();
  expect(await ended).toBe('ECONNRESET');
});

test('a client that sends garbage or is refused an upgrade can not keep its socket by not closing it', async () => {
  const listener = await listen({ host: '127.0.0.1', port: 0 });
  listener.open({
    request: (_req, res) => res.end(),
    upgrade: (_req, socket) => refuseOnSocket(socket, '404 Not Found'),
  });
  const closed: Promise<void>[] = [];
  listener.server.on('connection', (socket) => {
    closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
  });
  const { port } = listener.server.address() as AddressInfo;
  const ask = async (bytes: string) => {
    const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const answer = new Promise<string>((resolve) => client.once('data', (data) => resolve(data.toString())));
    client.write(bytes);
    return { client, status: (await answer).slice(0, 12) };
  };
  const garbage = await ask('nonsense\r\n\r\n');
  const upgrade = await ask('GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: y\r\n\r\n');
  expect([garbage.status, upgrade.status]).toEqual(['HTTP/1.1 400', 'HTTP/1.1 404']);
  expect(closed).toHaveLength(2);
  await Promise.all(closed);
  garbage.client.destroy();
  upgrade.client.destroy();
  await listener.close();
}, 30_000);
