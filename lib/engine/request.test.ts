import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { TcpEndpoint } from './endpoint.ts';
import { readBody, sendRequest } from './request.ts';
import { createTransport, type Transport } from './transport/transport.ts';
import { TransportAgent } from './transport/transport-agent.ts';
import type { EngineRequest } from './types.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function reach(server: Server, socketsMax = 4) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint: TcpEndpoint = { kind: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const transport: Transport = createTransport(endpoint);
  const agent = new TransportAgent(transport, socketsMax);
  closing.push(() => {
    agent.destroy();
    transport.close();
    server.close();
  });
  const send = (request: Partial<EngineRequest>) =>
    sendRequest(agent, endpoint, {
      ...{ method: 'GET', path: '/', headers: {}, signal: new AbortController().signal },
      ...request,
    });
  return { send, agent };
}

/** Answers the first request of each connection and then closes it without a word, as a stale pool finds it. */
function closingServer() {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    let requests = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      if (++requests > 1) return void socket.resetAndDestroy();
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  return { server, connections: () => connections };
}

test('a GET that meets a stale pooled connection is sent once more', async () => {
  const { server, connections } = closingServer();
  const { send } = await reach(server);
  for (const _ of [1, 2]) expect((await readBody((await send({})).body, 10)).toString()).toBe('ok');
  expect(connections()).toBe(2);
});

test('a POST that meets a stale pooled connection is not repeated: it may have been done', async () => {
  const { server } = closingServer();
  const { send } = await reach(server);
  await readBody((await send({})).body, 10);
  await expect(send({ method: 'POST' })).rejects.toMatchObject({ code: 'engine-unreachable' });
});

test('an engine that hangs in the middle of the head is given up in time', async () => {
  const server = createServer((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-'));
  const { send } = await reach(server);
  await expect(send({ headTimeoutMs: 100 })).rejects.toMatchObject({ code: 'engine-timeout' });
});

test('the time for a place in the pool counts too', async () => {
  const server = createServer(() => undefined);
  const { send } = await reach(server, 1);
  const first = send({});
  await expect(send({ headTimeoutMs: 100 })).rejects.toMatchObject({ code: 'engine-timeout' });
  const ended = expect(first).rejects.toThrow();
  for (const close of closing.splice(0)) close();
  await ended;
});

test('an aborted signal ends the request with its reason, also during the body', async () => {
  const server = createHttpServer((_req, res) => void res.write('some'));
  const { send } = await reach(server);
  closing.push(() => server.closeAllConnections());
  const abort = new AbortController();
  const { body } = await send({ signal: abort.signal });
  const ended = readBody(body, 1000);
  abort.abort(new Error('gone'));
  await expect(ended).rejects.toThrow();
  await expect(send({ signal: abort.signal })).rejects.toThrow('gone');
});

test('a failing body source ends the request', async () => {
  const server = createHttpServer((req) => void req.resume());
  const { send } = await reach(server);
  closing.push(() => server.closeAllConnections());
  const body = new Readable({ read: () => undefined });
  const sent = send({ method: 'POST', body });
  body.destroy(new Error('the client broke off'));
  await expect(sent).rejects.toThrow();
});

test('a reply before the body was read reaches the caller', async () => {
  const server = createHttpServer((_req, res) => void res.writeHead(400).end('no'));
  const { send } = await reach(server);
  closing.push(() => server.closeAllConnections());
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
  });
  const reply = await send({ method: 'PUT', body: endless });
  expect(reply.status).toBe(400);
  endless.destroy();
});

test('what answers no HTTP is an error', async () => {
  const server = createServer((socket) => void socket.end('SSH-2.0-OpenSSH\r\n'));
  const { send } = await reach(server);
  await expect(send({})).rejects.toMatchObject({ code: 'engine-unreachable' });
});

test('a body above the limit is refused', async () => {
  await expect(readBody(Readable.from([Buffer.alloc(6), Buffer.alloc(6)]), 10)).rejects.toMatchObject({
    code: 'too-large',
  });
});
