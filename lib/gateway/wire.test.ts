import { createServer, connect as dial, type Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { setImmediate as tick } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { formatRequestHead, formatResponseHead, pumpBody, readResponseHead } from './wire.ts';

/** Two ends of one pipe in memory. */
function pair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const make = (other: () => Duplex) =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other().push(chunk);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const left: Duplex = make(() => right);
  const right: Duplex = make(() => left);
  ends.push(left, right);
  return [left, right];
}

const never = new AbortController().signal;
const read = (text: string | Buffer, method = 'GET', timeoutMs?: number) => {
  const [engine, door] = pair();
  engine.write(text);
  return { door, engine, head: readResponseHead(door, { method, signal: never, timeoutMs }) };
};

describe('formatRequestHead', () => {
  it('refuses a path or a header that would end its line early', () => {
    expect(() => formatRequestHead('GET', '/a b', {})).toThrow(/characters/);
    expect(() => formatRequestHead('GET', '/a\r\nX: y', {})).toThrow(/characters/);
    expect(() => formatRequestHead('GET\r\n', '/', {})).toThrow(/characters/);
    expect(() => formatRequestHead('GET', '/', { a: 'b\r\nc: d' })).toThrow();
    expect(() => formatRequestHead('GET', '/', { 'a: b\r\nc': 'd' })).toThrow(/name/);
    expect(() => formatResponseHead(200, { a: 'b\nc' })).toThrow();
  });

  it('writes repeated headers as lines of their own', () => {
    expect(formatRequestHead('GET', '/x?y=1', { host: 'docker', a: ['1', '2'] })).toBe(
      'GET /x?y=1 HTTP/1.1\r\nhost: docker\r\na: 1\r\na: 2\r\n\r\n',
    );
  });
});

describe('readResponseHead', () => {
  it('leaves the body on the socket, byte for byte', async () => {
    const { door, engine, head } = read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nab');
    expect(await head).toMatchObject({ status: 200, framing: 'length', rawHeaders: ['Content-Length', '5', 'X', 'y'] });
    engine.write('cde');
    engine.end();
    const chunks: Buffer[] = [];
    for await (const chunk of door) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('abcde');
  });

  it('takes a head that arrives byte by byte, and skips interim responses', async () => {
    const { engine, head } = read('HTTP/1.1 100 Continue\r\n\r\n');
    for (const byte of Buffer.from('HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n')) {
      engine.write(Buffer.from([byte]));
      await tick();
    }
    expect(await head).toMatchObject({ status: 101, framing: 'none' });
  });

  it('knows how the end of the body is told', async () => {
    const framing = async (text: string, method?: string) => (await read(text, method).head).framing;
    expect(await framing('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')).toBe('chunked');
    expect(await framing('HTTP/1.1 200 OK\r\n\r\n')).toBe('close');
    expect(await framing('HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n')).toBe('none');
    expect(await framing('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n', 'HEAD')).toBe('none');
  });

  it.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a status that is none', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['another transfer encoding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n'],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n'],
    ['a bare line feed', 'HTTP/1.1 200 OK\r\nA: b\nSet-Cookie: c\r\n\r\n'],
    ['a NUL', 'HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n'],
    ['a head of more than 64 KB', `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(70_000)}`],
  ])('refuses %s', async (_what, text) => {
    await expect(read(text).head).rejects.toMatchObject({ code: 'engine-unreachable' });
  });

  it('says engine-unreachable when the engine closes before it answers', async () => {
    const { engine, head } = read('HTTP/1.1 200');
    engine.end();
    await expect(head).rejects.toMatchObject({ code: 'engine-unreachable' });
  });

  it('says engine-timeout when the head does not come in time', async () => {
    await expect(read('HTTP/1.1 200 OK\r\nA', 'GET', 20).head).rejects.toMatchObject({ code: 'engine-timeout' });
  });

  it('ends with the reason of an abort', async () => {
    const [, door] = pair();
    const controller = new AbortController();
    const head = readResponseHead(door, { method: 'GET', signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(head).rejects.toThrow('gone');
  });
});

describe('pumpBody', () => {
  const servers: { close(): void }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('writes chunks as HTTP/1.1 has them', async () => {
    const source = new PassThrough();
    const sink = new PassThrough();
    const pumped = pumpBody(source, sink, true);
    source.write('hello');
    source.end('!');
    await pumped;
    sink.end();
    expect(Buffer.concat(await sink.toArray()).toString()).toBe('5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n');
  });

  it('waits for a slow engine instead of filling the memory', async () => {
    const source = new PassThrough();
    const sink = new PassThrough({ highWaterMark: 16 });
    void pumpBody(source, sink, false);
    const writeAll = (async () => {
      for (let i = 0; i < 1000; i++) {
        if (!source.write(Buffer.alloc(1024))) await new Promise((done) => source.once('drain', done));
      }
    })();
    for (let i = 0; i < 50; i++) await tick();
    expect(sink.writableLength + source.readableLength).toBeLessThan(256 * 1024);
    sink.resume();
    await writeAll;
  });

  it('rejects when the client breaks off, so that half a body is never taken for a whole one', async () => {
    const source = new PassThrough();
    const pumped = pumpBody(source, new PassThrough(), true);
    source.write('half');
    await tick();
    source.destroy();
    await expect(pumped).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('resolves and reads the rest away when the engine stops listening', async () => {
    const accepted = new Promise<Socket>((resolve) => {
      const server = createServer(resolve).listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (typeof address === 'object' && address) sink = dial(address.port, '127.0.0.1');
      });
      servers.push(server);
    });
    let sink: Socket | undefined;
    const engine = await accepted;
    if (!sink) throw new Error('not connected');
    sink.on('error', () => undefined);
    const source = new PassThrough();
    const pumped = pumpBody(source, sink, false);
    source.write('x');
    engine.destroy();
    sink.destroy();
    await pumped;
    // The client may go on sending: it is read and dropped until it ends.
    for (let i = 0; i < 100; i++) source.write(Buffer.alloc(64 * 1024));
    source.end();
    await new Promise((done) => source.once('end', done));
  });
});
