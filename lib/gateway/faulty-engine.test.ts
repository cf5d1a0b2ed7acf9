import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { call, openRaw } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { type FakeEngine, respond, startFakeEngine } from '#tests/door/fake-engine.ts';
import { waitFor } from '#tests/lab/wait.ts';

let door: DoorUnderTest | undefined;
let fake: FakeEngine | undefined;

afterEach(async () => {
  await door?.close();
  await fake?.close();
  door = undefined;
  fake = undefined;
});

const container = {
  Id: 'c'.repeat(64),
  Name: '/box',
  Config: { Labels: {} },
  State: { Running: true },
  HostConfig: { NetworkMode: 'default' },
  Mounts: [],
};

/** A door to an engine that knows one container and answers everything else by `answer`. */
async function setUp(
  answer: (head: string, socket: Socket) => void,
  options: { brokenAudit?: object; requestsMax?: number } = {},
) {
  const engine = await startFakeEngine((head, socket) => {
    if (/^GET (\/v[\d.]+)?\/containers\/[^/]+\/json/.test(head) && !head.includes('size=')) respond(socket, container);
    else answer(head, socket);
  });
  const under = await startDoor({ engines: { eng: engine.url }, readTimeoutMs: 300, ...options });
  [fake, door] = [engine, under];
  const person = await under.person('administrator');
  const headers = { Authorization: `Bearer ${person.token}` };
  return {
    engine,
    door: under,
    person,
    get: (path: string) => call(under.port, 'GET', `/docker/eng${path}`, { headers }),
    post: (path: string, body?: unknown) => call(under.port, 'POST', `/docker/eng${path}`, { headers, body }),
    raw: (method: string, path: string, more = '') => openRaw(under.port, rawHead(person, method, path, more)),
  };
}

function rawHead(person: DoorPerson, method: string, path: string, more: string): string {
  return `${method} /docker/eng${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.token}\r\n${more}\r\n`;
}

describe('what one person or token may have open', () => {
  it('is bounded: one more is refused with the limit, costs the others nothing, and passes when one has ended', async () => {
    const stream = 'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n';
    const { get, raw, door: under } = await setUp((_head, socket) => void socket.write(stream), { requestsMax: 2 });
    const logs = '/containers/box/logs?stdout=1&follow=1';
    const open = [raw('GET', logs), raw('GET', logs)];
    for (const one of open) await one.until('200 OK');
    const refused = await get('/info');
    expect(refused.status).toBe(429);
    expect(refused.json).toEqual({
      message: 'This token has 2 requests open already; 2 is the limit (PILOTHOUSE_REQUESTS_MAX).',
    });
    const other = await under.person('administrator');
    const otherRaw = openRaw(under.port, rawHead(other, 'GET', logs, ''));
    await otherRaw.until('200 OK');
    open[0]?.socket.destroy();
    await waitFor('a place', async () => {
      const again = raw('GET', logs);
      return (await again.until('\r\n\r\n')).includes('200 OK');
    });
  });
});

describe('the disk use that pages show', () => {
  it('is asked of the engine once for all of them, tells its age, and anew for whoever asks by hand', async () => {
    let asked = 0;
    const { door: under } = await setUp((head, socket) => {
      if (head.startsWith('GET /system/df')) asked++;
      respond(socket, { LayersSize: asked });
    });
    const df = async (who: DoorPerson, more: Record<string, string> = {}) => {
      const headers = { Cookie: who.cookie, 'X-Pilothouse': '1', ...more };
      return call(under.port, 'GET', '/docker/eng/system/df', { headers });
    };
    const [ann, bob, nobody] = [
      await under.person('administrator'),
      await under.person('maintainer'),
      await under.person('viewer'),
    ];
    const page = { 'X-Pilothouse-Unattended': '1' };
    const both = await Promise.all([df(ann, page), df(bob, page)]);
    expect(both.map(({ json }) => json)).toEqual([{ LayersSize: 1 }, { LayersSize: 1 }]);
    expect(asked).toBe(1);
    expect((await df(ann, page)).headers.age).toMatch(/^\d+$/);
    expect((await df(ann)).json).toEqual({ LayersSize: 2 });
    expect((await df(bob, page)).json).toEqual({ LayersSize: 2 });
    // What others got opens nothing to those who may not ask.
    expect((await df(nobody, page)).status).toBe(403);
  });
});

describe('a lying engine', () => {
  it('can set no cookie, redirect nobody and clear no data', async () => {
    const evil = {
      'Set-Cookie': 'pilothouse.session=evil',
      Location: 'http://evil.test/',
      'Clear-Site-Data': '"*"',
      'Access-Control-Allow-Origin': '*',
      'Content-Type': 'text/html',
      'Strict-Transport-Security': 'max-age=0',
    };
    const { door: under, person } = await setUp((_head, socket) => respond(socket, '<script>1</script>', evil));
    const headers = { Cookie: person.cookie, 'X-Pilothouse': '1' };
    for (const path of ['/info', '/containers/box/logs?stdout=1']) {
      const reply = await call(under.port, 'GET', `/docker/eng${path}`, { headers });
      expect(reply.text).toBe('<script>1</script>');
      for (const name of ['set-cookie', 'location', 'clear-site-data', 'strict-transport-security']) {
        expect([name, reply.headers[name]]).toEqual([name, undefined]);
      }
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
      expect(reply.headers['content-disposition']).toMatch(/^attachment/);
      expect(reply.headers['content-security-policy']).toContain('sandbox');
    }
  });

  it.each([
    ['that is not HTTP', 'hello\r\n\r\n'],
    ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 20\r\n\r\nx'],
    ['with a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['that splits a header', 'HTTP/1.1 200 OK\r\nA: b\nSet-Cookie: c=d\r\nContent-Length: 0\r\n\r\n'],
    ['with a head of a megabyte', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(1024 * 1024)}\r\n\r\n`],
  ])('gets an answer %s turned into 502', async (_what, bytes) => {
    const { get } = await setUp((_head, socket) => socket.end(bytes));
    for (const path of ['/info', '/containers/box/logs?stdout=1'])
      expect([path, (await get(path)).status]).toEqual([path, 502]);
  });

  it('that promises more than it sends leaves a reply that is visibly not whole', async () => {
    const { raw } = await setUp((_head, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
    const text = (await raw('GET', '/containers/box/logs?stdout=1').ended).toString();
    expect(text).toMatch(/^HTTP\/1\.1 200 .*content-length: 100\r\n.*half$/is);
  });

  it('that sends more than it promised reaches nobody’s next request with it', async () => {
    const { raw } = await setUp((_head, socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'),
    );
    const next = 'GET /docker/eng/_ping HTTP/1.1\r\nHost: x\r\n\r\n';
    const exchange = raw('GET', '/containers/box/logs?stdout=1');
    exchange.socket.write(next);
    // The connection is over with this reply, so what the engine added is nobody's.
    expect((await exchange.ended).toString()).toMatch(/^HTTP\/1\.1 200 .*connection: close\r\n/is);
    const plain = raw('GET', '/info', '');
    plain.socket.write(next);
    const text = (await plain.until('401')).toString();
    expect(text).not.toContain('evil');
    plain.socket.destroy();
  });

  it('can answer in no encoding that would pass the mask by', async () => {
    const { door: under } = await setUp((_head, socket) => respond(socket, [], { 'Content-Encoding': 'gzip' }));
    const viewer = await under.person('viewer');
    const headers = { Authorization: `Bearer ${viewer.token}` };
    expect((await call(under.port, 'GET', '/docker/eng/containers/json', { headers })).status).toBe(502);
  });

  it('that upgrades what nobody asked to upgrade gets no tunnel', async () => {
    const { get } = await setUp((_head, socket) =>
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'),
    );
    for (const path of ['/info', '/containers/box/logs?stdout=1']) {
      expect([path, (await get(path)).status]).toEqual([path, 502]);
    }
  });
});

describe('an engine that does not answer', () => {
  it('gets reads 504 after the limit, before the head and in its middle', async () => {
    const { get, engine } = await setUp((head, socket) => {
      if (head.includes('/version')) socket.write('HTTP/1.1 200 OK\r\nX-Half');
    });
    expect((await get('/info')).status).toBe(504);
    expect((await get('/version')).status).toBe(504);
    await waitFor('its connections to end', () => engine.connections() === 0);
  });

  it('is waited for by changes as long as the client waits, and learns that it left', async () => {
    let waiting = 0;
    const {
      get,
      raw,
      engine,
      door: under,
    } = await setUp((head, socket) => {
      if (!head.startsWith('POST')) return;
      waiting += 1;
      socket.on('close', () => {
        waiting -= 1;
      });
    });
    const stop = raw('POST', '/containers/box/stop?t=600', 'Content-Length: 0\r\n');
    await waitFor('the stop to arrive', () => waiting === 1);
    // A read that began later runs into its limit meanwhile.
    expect((await get('/info')).status).toBe(504);
    expect(stop.received().length).toBe(0);
    expect(waiting).toBe(1);
    stop.socket.destroy();
    await waitFor('the engine to be told', () => waiting === 0 && engine.connections() === 0);
    await waitFor('the record to end', async () => {
      const [record] = await under.records('container.stop');
      return record?.outcome === 'failed';
    });
  });

  it('is 502 when it is down, with its name for it in the record', async () => {
    const { get, post, engine, door: under } = await setUp(() => undefined);
    await engine.close();
    expect((await get('/info')).status).toBe(502);
    const reply = await post('/containers/box/start');
    expect(reply.status).toBe(502);
    const [record] = await under.records('container.start');
    expect(record).toMatchObject({ id: reply.headers['x-audit-id'], outcome: 'failed', status: 502 });
  });

  it('ends a stream that it breaks off, and the record says so', async () => {
    const { raw, door: under } = await setUp((_head, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nline\r\n');
      setTimeout(() => socket.destroy(), 50);
    });
    const text = (await raw('POST', '/images/create?fromImage=x&tag=y', 'Content-Length: 0\r\n').ended).toString();
    expect(text).toMatch(/4\r\nline\r\n$/);
    await waitFor('the record', async () => {
      const [record] = await under.records('image.pull');
      return record?.outcome === 'failed' && record.error?.includes('broke off');
    });
  });
});

describe('what the engine gets', () => {
  it('is rebuilt: full id, known parameters, no credentials, no identity, our own framing', async () => {
    const { door: under, person, engine } = await setUp((_head, socket) => respond(socket, ''));
    const headers = {
      Authorization: `Bearer ${person.token}`,
      Cookie: person.cookie,
      'X-Forwarded-For': '10.0.0.1',
      'X-Remote-User': 'root',
      'X-Registry-Auth': 'e30=',
      'X-Pilothouse': '1',
      'User-Agent': 'Docker-Client/28',
      'Accept-Encoding': 'gzip',
    };
    const path = '/docker/eng/v1.41/containers/box/stop?t=%31';
    expect((await call(under.port, 'POST', path, { headers })).status).toBe(200);
    const sent = engine.requests.at(-1)?.toLowerCase().split('\r\n').sort() ?? [];
    expect(sent.filter((line) => !/^(connection|keep-alive):/.test(line))).toEqual([
      'content-length: 0',
      'host: docker',
      `post /v1.41/containers/${container.Id}/stop?t=1 http/1.1`,
      'user-agent: docker-client/28',
      'x-registry-auth: e30=',
    ]);
  });
});

describe('the trail', () => {
  const full = { begin: () => Promise.reject(new Error('disk full')) };

  it('must hold the record before the work: without it nothing reaches the engine', async () => {
    const { post, engine } = await setUp((_head, socket) => respond(socket, ''), { brokenAudit: full });
    const reply = await post('/containers/box/stop');
    expect([reply.status, reply.text]).toEqual([503, expect.stringContaining('trail')]);
    expect(engine.requests.filter((head) => head.startsWith('POST'))).toEqual([]);
  });

  it('does not stop reads that need no record', async () => {
    const { get } = await setUp((_head, socket) => respond(socket, {}), { brokenAudit: full });
    expect((await get('/info')).status).toBe(200);
  });

  it('holds failed resolves and refused inspections of changes too', async () => {
    const { post, door: under } = await setUp((_head, socket) =>
      respond(socket, { message: 'no such' }, {}, '404 Not Found'),
    );
    const missing = await post('/networks/none/disconnect', { Container: 'box' });
    expect(missing.status).toBe(404);
    const malformed = await post('/containers/create', Buffer.from('{"Image":"a","Image":"b"}'));
    expect(malformed.status).toBe(400);
    const unknown = await post('/containers/box/explode');
    expect(unknown.status).toBe(403);
    for (const [operation, reply] of [
      ['network.disconnect', missing],
      ['container.create', malformed],
      ['unknown', unknown],
    ] as const) {
      const [record] = await under.records(operation);
      expect(record).toMatchObject({ id: reply.headers['x-audit-id'], status: reply.status });
      expect(['denied', 'failed']).toContain(record?.outcome);
    }
  });

  it('keeps no login: neither of /auth nor of a header', async () => {
    const { post, door: under } = await setUp((_head, socket) => respond(socket, {}));
    await post('/auth', { username: 'u', password: 'hunter2', serveraddress: 'registry.test' });
    const records = [...(await under.records('system.auth')), ...(await under.records('image.pull'))];
    expect(records.length).toBeGreaterThan(0);
    expect(JSON.stringify(records)).not.toContain('hunter2');
  });
});

describe('the console itself', () => {
  const system = { kind: 'system', purpose: 'test' } as const;
  const signal = new AbortController().signal;
  const request = (method: string, rawPath: string) => ({ engine: 'eng', method, rawPath, rawQuery: '', headers: {} });

  it('may ask for lists, and leaves no trace in the trail', async () => {
    const { door: under } = await setUp((_head, socket) => respond(socket, []));
    const reply = await under.door.dispatch(system, request('GET', '/containers/json'), signal);
    expect(reply.status).toBe(200);
    for await (const _chunk of reply.body ?? []);
    expect(await under.records('container.list')).toEqual([]);
  });

  it('may do nothing else, not even look into a container', async () => {
    const { door: under, engine } = await setUp((_head, socket) => respond(socket, []));
    for (const [method, path] of [
      ['GET', '/containers/box/logs'],
      ['GET', '/containers/box/json'],
      ['POST', '/containers/box/stop'],
      ['POST', '/containers/prune'],
    ] as const) {
      const sent = under.door.dispatch(system, request(method, path), signal);
      await expect(sent).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(
      engine.requests.every((head) => head.startsWith('GET /containers/box/json') || /^GET \/v[\d.]+\//.test(head)),
    ).toBe(true);
  });
});
