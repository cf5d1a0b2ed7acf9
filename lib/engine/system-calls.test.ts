import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { TcpEndpoint } from './endpoint.ts';
import { sendRequest } from './request.ts';
import { createSystemClient, systemCalls } from './system-calls.ts';
import { createTransport } from './transport/transport.ts';
import { TransportAgent } from './transport/transport-agent.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An engine that does what real ones do not. */
async function fakeEngine(handler: RequestListener) {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint: TcpEndpoint = { kind: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const transport = createTransport(endpoint);
  const agent = new TransportAgent(transport, 4);
  closing.push(() => {
    agent.destroy();
    transport.close();
    server.close();
    server.closeAllConnections();
  });
  const client = createSystemClient(
    (request) => sendRequest(agent, endpoint, request),
    '/v1.41',
    AbortSignal.timeout(20_000),
  );
  return { server, endpoint, agent, client, port: endpoint.port };
}

test('the console itself makes these calls, all of them reads, and no others', async () => {
  expect(systemCalls).toEqual({
    'system.ping': '/_ping',
    'system.version': '/version',
    'system.info': '/info',
    'system.events': '/events',
    'container.list': '/containers/json',
    'image.list': '/images/json',
    'network.list': '/networks',
    'volume.list': '/volumes',
  });
  const seen: string[] = [];
  const { client } = await fakeEngine((req, res) => {
    seen.push(`${req.method} ${req.url}`);
    res.end('[]');
  });
  await expect(client.getContainer('x').inspect()).rejects.toThrow(/never sends GET \/containers\/x\/json/);
  await expect(client.getContainer('x').stop()).rejects.toThrow(/never sends POST/);
  await expect(client.pruneImages()).rejects.toThrow(/never sends POST/);
  await client.listContainers({ all: true, filters: { id: ['a', 'b'] } });
  expect(seen).toEqual(['GET /v1.41/containers/json?all=true&filters=%7B%22id%22%3A%5B%22a%22%2C%22b%22%5D%7D']);
});

test.each(['http://127.0.0.1:PORT/stolen', 'gopher://x/', '//[bad'])(
  "a lying engine's redirect to %s is followed nowhere",
  async (location) => {
    const seen: string[] = [];
    const { client, port } = await fakeEngine((req, res) => {
      seen.push(req.url ?? '');
      res.writeHead(301, { location: location.replace('PORT', String(port)) }).end();
    });
    await expect(client.version()).rejects.toThrow(/refused \/version \(301\)/);
    expect(seen).toEqual(['/v1.41/version']);
  },
);

test("the engine's own words are in the error", async () => {
  const { client } = await fakeEngine((_req, res) => res.writeHead(500).end('{"message":"disk is full"}'));
  await expect(client.info()).rejects.toMatchObject({ code: 'engine-unreachable', message: /500.*disk is full/ });
});

test('an answer that is not JSON, or ends in the middle, is an error and no crash', async () => {
  let cut = false;
  const { client } = await fakeEngine((_req, res) => {
    if (!cut) return void res.end('<html>');
    res.writeHead(200, { 'content-length': '100' }).write('[');
    setImmediate(() => res.destroy());
  });
  await expect(client.listImages()).rejects.toThrow(/not JSON/);
  cut = true;
  await expect(client.listImages()).rejects.toThrow();
});
