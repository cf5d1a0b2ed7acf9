import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { waitFor } from '#tests/lab/wait.ts';
import { checkSinkPath, createFileSink } from './file-sink.ts';
import { checkHost, safeLookup } from './safe-lookup.ts';
import type { Sink, SinkItem } from './sink.ts';
import { createSinkQueue, queueMax } from './sink-queue.ts';
import { createSyslogSink, formatSyslog } from './syslog-sink.ts';
import { createWebhookSink, signWebhook } from './webhook-sink.ts';

const root = mkdtempSync(join(tmpdir(), 'pilothouse-sinks-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const signal = () => AbortSignal.timeout(20_000);
const test = (by: string): SinkItem => ({ type: 'test', at: 1, by });
const record: SinkItem = {
  type: 'record',
  phase: 'end',
  record: {
    id: 'r1',
    at: Date.UTC(2026, 0, 1),
    operation: 'container.stop',
    targets: [{ kind: 'container', id: 'c1', name: 'wéb' }],
    params: { note: 'x'.repeat(20_000) },
    outcome: 'denied',
    count: 1,
  },
  chain: { seq: 7, hash: 'ab' },
};

describe('a file sink', () => {
  it('appends lines of JSON and makes the file anew when it was rotated', async () => {
    const path = join(root, 'audit', 'trail.jsonl');
    const sink = createFileSink(path);
    await sink.deliver([test('one'), test('two')], signal());
    await sink.deliver([test('three')], signal());
    renameSync(path, `${path}.1`);
    await sink.deliver([test('four')], signal());
    await sink.close();
    const lines = (file: string) =>
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).by);
    expect(lines(`${path}.1`)).toEqual(['one', 'two', 'three']);
    expect(lines(path)).toEqual(['four']);
  });

  it('writes only into its own folders, and through no link', async () => {
    for (const path of [
      '/etc/cron.d/x',
      '/etc/cron.d/x.log',
      '/var/log/../../etc/x.log',
      '/var/log/x',
      'x.log',
      '/var/logs/x.log',
    ]) {
      expect(() => checkSinkPath(path, root), path).toThrow(/append nowhere else/);
    }
    expect(checkSinkPath('/var/log/pilothouse/trail.log', root)).toBe('/var/log/pilothouse/trail.log');
    expect(checkSinkPath(join(root, 'audit/x.jsonl'), root)).toBe(join(root, 'audit/x.jsonl'));
    writeFileSync(join(root, 'victim'), '');
    symlinkSync(join(root, 'victim'), join(root, 'link.log'));
    await expect(createFileSink(join(root, 'link.log')).deliver([test('x')], signal())).rejects.toThrow(/ELOOP/);
    expect(readFileSync(join(root, 'victim'), 'utf8')).toBe('');
  });
});

describe('a syslog sink', () => {
  const shape = /^<108>1 2026-01-01T00:00:00\.000Z [\x21-\x7e]+ pilothouse \d+ container\.stop - \{/;

  it('sends RFC 5424 by datagram, and leaves out what is too long for one', async () => {
    const server = createSocket('udp4');
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    const sink = createSyslogSink({ transport: 'udp', host: 'localhost', port: server.address().port });
    const arrived = once(server, 'message');
    await sink.deliver([record], signal());
    const [message] = await arrived;
    expect(String(message)).toMatch(shape);
    expect(message.length).toBeLessThan(8192);
    expect(JSON.parse(String(message).replace(/^.*? - /, '')).record).toMatchObject({ id: 'r1', cut: true });
    await sink.close();
    server.close();
  });

  it.each(['tcp', 'unix'] as const)(
    'sends octet-counted messages over %s, and connects again after an end',
    async (transport) => {
      let text = '';
      const connections: { destroy(): void }[] = [];
      const server = createServer((socket) => {
        connections.push(socket);
        socket.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
      });
      const path = join(root, 'syslog.sock');
      if (transport === 'unix') server.listen(path);
      else server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = transport === 'tcp' ? (server.address() as AddressInfo) : { port: 0 };
      const sink = createSyslogSink(
        transport === 'unix' ? { transport, path } : { transport, host: '127.0.0.1', port },
      );
      await sink.deliver([record, test('ann')], signal());
      const first = formatSyslog(record);
      await waitFor('both messages', () => Promise.resolve(text.includes('"by":"ann"')));
      expect(text.startsWith(`${Buffer.byteLength(first)} <108>1 `)).toBe(true);
      expect(first).toMatch(shape);
      connections[0]?.destroy();
      await waitFor('the message after a new connection', async () => {
        await sink.deliver([test('bob')], signal()).catch(() => undefined);
        return text.includes('"by":"bob"');
      });
      await sink.close();
      server.close();
    },
  );
});

describe('a webhook sink', () => {
  it('posts batches that are signed with their time, and takes no redirect for an arrival', async () => {
    const posts: { headers: Record<string, unknown>; body: string }[] = [];
    let status = 204;
    const server = createHttpServer(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += String(chunk);
      posts.push({ headers: req.headers, body });
      res.writeHead(status, { location: '/elsewhere' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sink = createWebhookSink(`http://127.0.0.1:${port}/hook`, 'a-secret-of-16-chars', () => 1_700_000_000_000);
    await sink.deliver([test('one'), record], signal());
    const [post] = posts;
    expect(JSON.parse(post?.body ?? '').items).toMatchObject([{ by: 'one' }, { record: { id: 'r1' } }]);
    expect(post?.headers['x-pilothouse-timestamp']).toBe('1700000000');
    const signature = signWebhook('a-secret-of-16-chars', '1700000000', post?.body ?? '');
    expect(post?.headers['x-pilothouse-signature']).toBe(`sha256=${signature}`);
    status = 302;
    await expect(sink.deliver([record], signal())).rejects.toThrow('302');
    expect(posts).toHaveLength(2);
    server.close();
  });

  it('never calls a metadata service, by address or by a name that resolves to one', async () => {
    for (const host of ['169.254.169.254', '[fe80::1]', 'metadata.google.internal', '0xa9fea9fe']) {
      expect(() => checkHost(host), host).toThrow(/never calls/);
      expect(() => createWebhookSink(`http://${host}/`, undefined).deliver([], signal())).toThrow(/never calls/);
    }
    const refused = await new Promise((resolve) => safeLookup('169.254.169.254', {}, resolve));
    expect(refused).toMatchObject({ code: 'bad-request' });
  });
});

describe('the queue of a sink', () => {
  function fakeSink() {
    const taken: SinkItem[] = [];
    const state = { fail: false };
    const sink: Sink = {
      async deliver(items) {
        if (state.fail) throw new Error('away');
        taken.push(...items);
      },
      close: () => Promise.resolve(),
    };
    return { sink, taken, state };
  }

  it('keeps the order over failures, loses nothing that fits and says how many did not', async () => {
    const { sink, taken, state } = fakeSink();
    const queue = createSinkQueue(sink, 5);
    state.fail = true;
    for (let i = 0; i < queueMax + 25; i++) queue.push(test(String(i)));
    await waitFor('a failure to be seen', () => Promise.resolve(queue.state().lastError === 'away'));
    expect(queue.state()).toMatchObject({ queued: queueMax, dropped: 25, delivered: 0 });
    state.fail = false;
    await waitFor('all to be delivered', () => Promise.resolve(taken.length === queueMax + 1));
    expect(taken.slice(0, 3)).toEqual([test('0'), test('1'), test('2')]);
    expect(taken.at(-1)).toMatchObject({ type: 'dropped', count: 25 });
    queue.push(test('later'));
    await waitFor('the next', () => Promise.resolve(taken.at(-1)?.type === 'test'));
    expect(queue.state()).toMatchObject({ queued: 0, dropped: 25 });
    await queue.stop();
  });

  it('sends what waits once more at its stop', async () => {
    const { sink, taken, state } = fakeSink();
    const queue = createSinkQueue(sink, 60_000);
    state.fail = true;
    queue.push(test('one'));
    await waitFor('a failure', () => Promise.resolve(queue.state().lastError === 'away'));
    state.fail = false;
    await queue.stop();
    expect(taken).toEqual([test('one')]);
  });
});
