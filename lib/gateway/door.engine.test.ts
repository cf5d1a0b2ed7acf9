import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, call, openRaw } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';

let lab: Lab;
let engine: LabEngine;
let door: DoorUnderTest;
let admin: DoorPerson;
let viewer: DoorPerson;

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  await engine.busybox();
  door = await startDoor({ engines: { eng: engine.url } });
  admin = await door.person('administrator');
  viewer = await door.person('viewer');
});

afterAll(async () => {
  await door?.close();
  await lab?.close();
});

const as = (who: DoorPerson, method: string, path: string, options: CallOptions = {}) =>
  call(door.port, method, `/docker/eng${path}`, {
    ...options,
    headers: { Authorization: `Bearer ${who.token}`, ...options.headers },
  });

async function runContainer(name: string, cmd: string[], more: object = {}): Promise<string> {
  const made = await engine.api('POST', `/containers/create?name=${name}`, {
    body: { Image: 'busybox', Cmd: cmd, ...more },
  });
  expect(made.status, made.text).toBe(201);
  const { Id } = made.json as { Id: string };
  expect((await engine.api('POST', `/containers/${Id}/start`)).status).toBe(204);
  return Id;
}

describe('who is asking', () => {
  it('answers nobody with 401, JSON and an Api-Version, for _ping too', async () => {
    const nobodies: Record<string, string>[] = [
      {},
      { Authorization: 'Bearer phk_wrong' },
      { Authorization: 'Basic YTpi' },
      { Cookie: 'a=b' },
    ];
    for (const headers of nobodies) {
      const reply = await call(door.port, 'GET', '/docker/eng/_ping', { headers: { ...headers, 'X-Pilothouse': '1' } });
      expect(reply.status).toBe(401);
      expect(reply.headers['api-version']).toMatch(/^1\.\d+$/);
      expect(reply.json).toMatchObject({ message: expect.any(String) });
    }
  });

  // Attack: token in a URL (CVE-2026-44883).
  it('takes no token from the URL (CVE-2026-44883)', async () => {
    for (const query of [
      `token=${admin.token}`,
      `access_token=${admin.token}`,
      `authorization=Bearer%20${admin.token}`,
    ]) {
      expect((await call(door.port, 'GET', `/docker/eng/_ping?${query}`)).status).toBe(401);
    }
    expect((await call(door.port, 'GET', `http://x:${admin.token}@127.0.0.1/docker/eng/_ping`)).status).toBe(401);
  });

  it("asks cookie principals for the header that other sites' pages can't set", async () => {
    const headers = { Cookie: admin.cookie };
    expect(await call(door.port, 'GET', '/docker/eng/containers/json', { headers })).toMatchObject({ status: 403 });
    const proven = { ...headers, 'X-Pilothouse': '1' };
    expect((await call(door.port, 'GET', '/docker/eng/containers/json', { headers: proven })).status).toBe(200);
  });

  it('never falls back to the cookie when the token is wrong', async () => {
    const headers = { Cookie: admin.cookie, 'X-Pilothouse': '1', Authorization: 'Bearer phk_wrong' };
    expect((await call(door.port, 'GET', '/docker/eng/_ping', { headers })).status).toBe(401);
  });

  it('tells who has no grant the same as for an engine that is not there', async () => {
    const nobody = await door.person(undefined);
    const headers = { Authorization: `Bearer ${nobody.token}` };
    const here = await call(door.port, 'GET', '/docker/eng/_ping', { headers });
    const nowhere = await call(door.port, 'GET', '/docker/none/_ping', { headers });
    expect(here.status).toBe(404);
    expect(nowhere.status).toBe(404);
    const blank = (text: string) => text.replaceAll('none', 'eng').replace(/"auditId":"[^"]*"/, '');
    expect(blank(nowhere.text)).toBe(blank(here.text));
  });

  it('lets a grant on one engine reach that engine alone', async () => {
    const other = await startDoor({ engines: { one: engine.url, two: engine.url } });
    try {
      const value = other.engines.find('one')?.id ?? '';
      const person = await other.person('viewer', { kind: 'engine', value });
      const headers = { Authorization: `Bearer ${person.token}` };
      expect((await call(other.port, 'GET', '/docker/one/_ping', { headers })).status).toBe(200);
      expect((await call(other.port, 'GET', '/docker/two/_ping', { headers })).status).toBe(404);
    } finally {
      await other.close();
    }
  });
});

describe('what goes through', () => {
  it('answers as the engine does', async () => {
    for (const path of [
      '/_ping',
      '/v1.41/info',
      '/v1.40/containers/json?all=1',
      '/images/json',
      '/networks',
      '/volumes',
    ]) {
      const [through, direct] = [await as(admin, 'GET', path), await engine.api('GET', path)];
      expect([path, through.status]).toEqual([path, direct.status]);
      expect(through.headers['content-type']).toBe(direct.headers['content-type']);
      expect(through.headers['api-version']).toBe(direct.headers['api-version']);
    }
  });

  it('passes errors of the engine on in its own words', async () => {
    const reply = await as(admin, 'POST', '/v1.41/containers/nothere/start');
    expect(reply).toMatchObject({ status: 404, json: { message: 'No such container: nothere' } });
    const direct = await engine.api('GET', '/v1.99/info');
    expect(await as(admin, 'GET', '/v1.99/info')).toMatchObject({ status: 400, text: direct.text });
  });

  it('refuses what the role may not do with the reason and the id of its record', async () => {
    await runContainer('kept', ['sleep', '1000']);
    const reply = await as(viewer, 'DELETE', '/v1.41/containers/kept?force=1');
    expect(reply.status).toBe(403);
    expect(reply.json).toMatchObject({ message: expect.stringContaining('container.remove') });
    const [record] = await door.records('container.remove');
    expect(reply.headers['x-audit-id']).toBe(record?.id);
    expect(record).toMatchObject({ outcome: 'denied', targets: [{ kind: 'container', name: 'kept' }] });
    expect((await engine.api('GET', '/containers/kept/json')).status).toBe(200);
  });

  it('works on the container that was judged, by its full id', async () => {
    const id = await runContainer('renamed', ['sleep', '1000']);
    const reply = await as(admin, 'POST', `/v1.41/containers/${id.slice(0, 8)}/rename?name=other`);
    expect(reply.status).toBe(204);
    // A record ends a moment after the answer.
    const record = await waitFor('its record', async () => {
      const [latest] = await door.records('container.rename');
      return latest?.outcome !== 'pending' && latest;
    });
    expect(record).toMatchObject({ outcome: 'done', status: 204, targets: [{ id, name: 'renamed' }] });
    expect(record.id).toBe(reply.headers['x-audit-id']);
  });

  it.each([
    '/v1.41/containers/kept/../../images/json',
    '/v1.41/containers/%2e%2e/json',
    '/v1.41//containers/json',
    '//containers/json',
    '/v1.41/containers/kept%2fstart',
    '/v1.41/containers/kept%5c..%5cjson',
    '/v1.41/containers/kept%00/json',
    '/v1.41/containers/kept%252f/json',
    '/v1.41/v1.41/containers/json',
    '/v1.23/containers/json',
    '/containers/json/',
    '/debug/pprof/',
  ])('refuses the hostile path %s', async (path) => {
    const reply = await as(admin, 'GET', path);
    expect([400, 403, 404]).toContain(reply.status);
    expect(reply.json).toMatchObject({ message: expect.any(String) });
  });

  it('refuses forms, which beat the query on real engines', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const reply = await as(admin, 'POST', '/v1.41/containers/kept/kill', { headers, body: 'signal=KILL' });
    expect(reply.status).toBe(400);
    expect(await engine.api('GET', '/containers/kept/json')).toMatchObject({ json: { State: { Running: true } } });
    const create = await as(admin, 'POST', '/v1.41/containers/create', { headers, body: '{"Image":"busybox"}' });
    expect(create.status).toBe(400);
  });

  it('refuses a body where the operation has none, and drops the empty ones that clients send', async () => {
    const body = { HostConfig: { Privileged: true } };
    expect((await as(admin, 'POST', '/v1.41/containers/kept/pause', { body })).status).toBe(400);
    expect((await as(admin, 'POST', '/v1.41/containers/kept/pause', { body: {} })).status).toBe(204);
    expect((await as(admin, 'POST', '/v1.41/containers/kept/unpause')).status).toBe(204);
  });

  it.each([
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 5\r\n\r\nGET /'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a length that is none', 'Content-Length: +5\r\n\r\nabcde'],
  ])('refuses %s', async (_what, rest) => {
    const head = `POST /docker/eng/containers/kept/pause HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\n`;
    expect((await openRaw(door.port, head + rest).ended).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('does what one connection asks for one after the other', async () => {
    await runContainer('queued', ['sleep', '1000']);
    const ask = (path: string, more = '') =>
      `POST /docker/eng/containers/queued/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\n${more}\r\n`;
    // A shell's sleep as first process lets the stop take its whole second; a start that overtook it would be a 304.
    const raw = openRaw(door.port, ask('stop?t=1') + ask('start', 'Connection: close\r\n'));
    const statuses = (await raw.ended).toString().match(/^HTTP\/1\.1 \d+/gm);
    expect(statuses).toEqual(['HTTP/1.1 204', 'HTTP/1.1 204']);
  });

  it('lets no more of a reply through than the allow-list has', async () => {
    const headers = { Cookie: admin.cookie, 'X-Pilothouse': '1' };
    const reply = await call(door.port, 'GET', '/docker/eng/version', { headers });
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
    expect(reply.headers['set-cookie']).toBeUndefined();
  });
});

describe('streams', () => {
  it('show at once and end with the container', async () => {
    await runContainer('talker', ['sh', '-c', 'echo first; sleep 1000'], { Tty: true });
    const head = `GET /docker/eng/v1.41/containers/talker/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n`;
    const raw = openRaw(door.port, `${head}Authorization: Bearer ${admin.token}\r\n\r\n`);
    expect((await raw.until('first')).toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    await engine.api('POST', '/containers/talker/kill');
    expect((await raw.ended).toString()).toContain('first');
    await waitFor('the record', async () => {
      const [record] = await door.records('container.logs');
      return record?.outcome === 'done' && (record.bytesOut ?? 0) > 0;
    });
  });

  it('end at the engine when the client goes', async () => {
    await runContainer('watched', ['sh', '-c', 'echo first; sleep 1000'], { Tty: true });
    const head = `GET /docker/eng/v1.41/containers/watched/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n`;
    const raw = openRaw(door.port, `${head}Authorization: Bearer ${admin.token}\r\n\r\n`);
    await raw.until('first');
    raw.socket.destroy();
    await waitFor('the end of the record', async () => {
      const [record] = await door.records('container.logs');
      return record?.targets[0]?.name === 'watched' && record.outcome === 'done';
    });
  });

  it('end when the grant, the token, the session or the user goes', async () => {
    await runContainer('revoked', ['sh', '-c', 'echo first; sleep 1000'], { Tty: true });
    const takeAway: ((person: DoorPerson) => Promise<unknown>)[] = [
      (person) => door.identity.grants.remove(person.grantId),
      (person) => door.identity.tokens.revoke(person.tokenId),
      (person) => door.identity.sessions.revoke(person.sessionId),
      (person) => door.identity.users.update(person.userId, { disabled: true }),
    ];
    for (const [i, take] of takeAway.entries()) {
      const person = await door.person('viewer');
      const who = i === 2 ? `Cookie: ${person.cookie}\r\nX-Pilothouse: 1` : `Authorization: Bearer ${person.token}`;
      const head = 'GET /docker/eng/v1.41/containers/revoked/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n';
      const raw = openRaw(door.port, `${head}${who}\r\n\r\n`);
      await raw.until('first');
      await take(person);
      await raw.ended;
      const record = await waitFor('the end of the record', async () => {
        const [latest] = await door.records('container.logs', { userId: person.userId });
        return latest?.outcome === 'failed' && latest;
      });
      expect(record.error).toBeTruthy();
    }
  });

  it('end when the engine is taken out of the console, or loses the tag of the grant', async () => {
    for (const change of ['tag', 'remove'] as const) {
      const other = await startDoor({ engines: { one: engine.url } });
      try {
        const id = other.engines.find('one')?.id ?? '';
        await other.engines.update(id, { tags: ['team-a'] });
        const person = await other.person('viewer', { kind: 'tag', value: 'team-a' });
        const head = 'GET /docker/one/v1.41/containers/revoked/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n';
        const raw = openRaw(other.port, `${head}Authorization: Bearer ${person.token}\r\n\r\n`);
        await raw.until('first');
        if (change === 'tag') await other.engines.update(id, { tags: ['team-b'] });
        else await other.engines.remove(id);
        await raw.ended;
      } finally {
        await other.close();
      }
    }
  });

  it('that were asked for behind another one on the same connection never begin when it ends', async () => {
    const head = 'GET /docker/eng/v1.41/containers/revoked/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n';
    const person = await door.person('viewer');
    const one = `${head}Authorization: Bearer ${person.token}\r\n\r\n`;
    const raw = openRaw(door.port, one + one + one);
    await raw.until('first');
    const records = () => door.records('container.logs', { userId: person.userId });
    raw.socket.destroy();
    await waitFor('the end of the first', async () => (await records()).every(({ outcome }) => outcome === 'done'));
    expect(await records()).toHaveLength(1);
    expect(
      raw
        .received()
        .toString()
        .match(/HTTP\/1\.1 /g),
    ).toHaveLength(1);
  });

  it('work for HTTP/1.0 clients, which know no chunks', async () => {
    const head = 'GET /docker/eng/v1.41/containers/revoked/logs?stdout=1 HTTP/1.0\r\n';
    const text = (await openRaw(door.port, `${head}Authorization: Bearer ${admin.token}\r\n\r\n`).ended).toString();
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe('first\r\n');
  });

  it('bring a refusal to a client that is still sending, and read nothing of it', async () => {
    const body = 'x'.repeat(1000);
    const head = `POST /docker/eng/v1.41/build HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${viewer.token}\r\n`;
    const raw = openRaw(
      door.port,
      `${head}Content-Type: application/x-tar\r\nContent-Length: 100000000\r\n\r\n${body}`,
    );
    await raw.until('image.build');
    for (let i = 0; i < 100; i++) raw.socket.write(Buffer.alloc(64 * 1024));
    expect((await raw.ended).toString()).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("bring the engine's own early answer to a client that is still sending", async () => {
    const head = `POST /docker/eng/v1.41/build HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\n`;
    const raw = openRaw(door.port, `${head}Content-Type: application/x-tar\r\nContent-Length: 100000000\r\n\r\n`);
    // Not a tar: the engine says so after the first block.
    raw.socket.write(Buffer.alloc(1024 * 1024, 'x'));
    const text = (await raw.ended).toString();
    expect(text).toMatch(/^HTTP\/1\.1 [45]00 /);
    expect(text).toContain('"message"');
  });

  it('answer Expect: 100-continue and pass a body in chunks on', async () => {
    const headers = { Expect: '100-continue', 'Content-Type': 'application/x-tar', 'Transfer-Encoding': 'chunked' };
    const exported = await engine.api('GET', '/images/busybox/get');
    expect(exported.status).toBe(200);
    const tar = Buffer.alloc(10 * 1024);
    const reply = await as(admin, 'PUT', '/v1.41/containers/revoked/archive?path=/tmp', { headers, body: tar });
    expect([reply.status, reply.text]).toEqual([200, '']);
  });
});

describe('using what already has host access', () => {
  it('counts like asking for it: start, exec, attach, copy into and out of, join, mount', async () => {
    const developer = await door.person('developer');
    await runContainer('mighty', ['sleep', '1000'], { HostConfig: { PidMode: 'host' } });
    const refused = [
      await as(developer, 'POST', '/v1.41/containers/mighty/exec', { body: { Cmd: ['id'] } }),
      await as(developer, 'POST', '/v1.41/containers/mighty/start'),
      await as(developer, 'PUT', '/v1.41/containers/mighty/archive?path=/tmp', {
        headers: { 'Content-Type': 'application/x-tar' },
        body: Buffer.alloc(1024),
      }),
      await as(developer, 'GET', '/v1.41/containers/mighty/archive?path=/etc/passwd'),
      await as(developer, 'POST', '/v1.41/containers/create', {
        body: { Image: 'busybox', HostConfig: { PidMode: 'container:mighty' } },
      }),
      await as(developer, 'POST', '/v1.41/containers/create', {
        body: { Image: 'busybox', HostConfig: { VolumesFrom: ['mighty'] } },
      }),
    ];
    for (const reply of refused) {
      expect([reply.status, reply.text]).toEqual([403, expect.stringContaining('host access')]);
    }
    expect((await as(admin, 'POST', '/v1.41/containers/mighty/exec', { body: { Cmd: ['id'] } })).status).toBe(201);
    expect((await as(developer, 'POST', '/v1.41/containers/kept/exec', { body: { Cmd: ['id'] } })).status).toBe(201);
  });

  it('finds it in a named volume that is a host path, in the volume and in the container that has it', async () => {
    const developer = await door.person('developer');
    const volume = { Name: 'hostpath', Driver: 'local', DriverOpts: { type: 'none', o: 'bind', device: '/etc' } };
    expect((await engine.api('POST', '/volumes/create', { body: volume })).status).toBe(201);
    await runContainer('reader', ['sleep', '1000'], { HostConfig: { Binds: ['hostpath:/host:ro'] } });
    for (const HostConfig of [
      { Binds: ['hostpath:/x'] },
      { Mounts: [{ Type: 'volume', Source: 'hostpath', Target: '/x' }] },
    ]) {
      const reply = await as(developer, 'POST', '/v1.41/containers/create', { body: { Image: 'busybox', HostConfig } });
      expect([reply.status, reply.text]).toEqual([403, expect.stringContaining('hostpath')]);
    }
    const exec = await as(developer, 'POST', '/v1.41/containers/reader/exec', {
      body: { Cmd: ['cat', '/host/shadow'] },
    });
    expect(exec.status).toBe(403);
  });

  it('takes the namespaces and volumes of the container that was judged, whoever gets its name next', async () => {
    const developer = await door.person('developer');
    const create = (HostConfig: object) =>
      as(developer, 'POST', '/v1.41/containers/create', { body: { Image: 'busybox', HostConfig } });
    const id = await runContainer('lender', ['sleep', '1000'], { HostConfig: { IpcMode: 'shareable' } });
    const made = await create({
      VolumesFrom: ['/lender:ro'],
      NetworkMode: 'container:lender',
      PidMode: 'container:/lender',
      IpcMode: `container:${id.slice(0, 12)}`,
    });
    expect(made.status, made.text).toBe(201);
    const { Id } = made.json as { Id: string };
    const joined = `container:${id}`;
    expect((await engine.api('GET', `/containers/${Id}/json`)).json).toMatchObject({
      HostConfig: { VolumesFrom: [`${id}:ro`], NetworkMode: joined, PidMode: joined, IpcMode: joined },
    });
    // One that is not there yet could be named so before the engine looks.
    expect((await create({ VolumesFrom: ['later'] })).status).toBe(404);
    expect((await create({ PidMode: 'container:later' })).status).toBe(404);
  });

  it('is asked again at exec start: the exec could be another person’s', async () => {
    const developer = await door.person('developer');
    const made = await as(admin, 'POST', '/v1.41/containers/mighty/exec', { body: { Cmd: ['id'] } });
    const { Id } = made.json as { Id: string };
    const reply = await as(developer, 'POST', `/v1.41/exec/${Id}/start`, { body: { Detach: true } });
    expect(reply.status).toBe(403);
  });
});

describe('names', () => {
  it('finds networks by names that no path can carry', async () => {
    for (const Name of ['a b', 'é', 'a/b']) {
      const made = await engine.api('POST', '/networks/create', { body: { Name } });
      expect(made.status, made.text).toBe(201);
      const { Id } = made.json as { Id: string };
      const found = await as(admin, 'GET', `/v1.41/networks/${encodeURIComponent(Name)}`);
      expect(found).toMatchObject({ status: 200, json: { Id } });
      expect((await as(admin, 'DELETE', `/v1.41/networks/${encodeURIComponent(Name)}`)).status).toBe(204);
      expect((await engine.api('GET', `/networks/${Id}`)).status).toBe(404);
    }
  });

  it('leaves image names as they are: rmi by name untags', async () => {
    await engine.api('POST', '/images/busybox/tag?repo=second&tag=1');
    expect((await as(admin, 'DELETE', '/v1.41/images/second:1')).text).toContain('Untagged');
    expect((await engine.api('GET', '/images/busybox/json')).status).toBe(200);
  });

  it('judges the container that a network connect names in its body', async () => {
    await engine.api('POST', '/networks/create', { body: { Name: 'meeting' } });
    const body = { Container: 'kept' };
    expect((await as(viewer, 'POST', '/v1.41/networks/meeting/connect', { body })).status).toBe(403);
    expect((await as(admin, 'POST', '/v1.41/networks/meeting/connect', { body })).status).toBe(200);
    const [record] = await door.records('network.connect');
    expect(record?.targets.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'container kept',
      'network meeting',
    ]);
  });
});
