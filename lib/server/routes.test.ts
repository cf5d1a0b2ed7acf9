import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Listener, listen } from './listen.ts';
import { createRoutes, type RoutesInput } from './routes.ts';

let listener: Listener;
const asked: string[] = [];

beforeAll(async () => {
  listener = await listen({ host: '127.0.0.1', port: 0 });
  const room = (name: string) => ({
    request: (_req: unknown, res: { end(): void }) => {
      asked.push(name);
      res.end();
    },
    upgrade: (_req: unknown, socket: { destroy(): void }) => {
      asked.push(`${name} upgrade`);
      socket.destroy();
    },
  });
  const input = { dev: false, isTrustedProxy: () => false, realtime: room('realtime'), pages: room('pages') };
  const door = { ...room('door'), download: room('download').request };
  listener.open(createRoutes({ ...input, door, version: '0' } as unknown as RoutesInput));
});
afterAll(() => listener.close());

function ask(head: string): Promise<string> {
  const client = connect({ host: '127.0.0.1', port: (listener.server.address() as AddressInfo).port });
  client.end(`${head} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  return new Promise((resolve, reject) => {
    let text = '';
    client.on('data', (data) => {
      text += data.toString();
    });
    client.on('error', reject).on('end', () => resolve(text));
  });
}

test('what names no path is refused, and never waits for pages that do not answer it', async () => {
  for (const target of ['*', 'http://other.test/docker/x/info', 'docker/x/info']) {
    expect(await ask(`OPTIONS ${target}`), target).toMatch(/^HTTP\/1\.1 400 /);
  }
  expect(asked).toEqual([]);
});

test('each path has its room', async () => {
  for (const path of ['/docker/x/info', '/realtime/', '/api/download', '/containers']) await ask(`GET ${path}`);
  expect(asked).toEqual(['door', 'realtime', 'download', 'pages']);
});
