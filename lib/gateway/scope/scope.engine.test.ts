import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceScope, RoleName } from '#lib/shared/access.ts';
import { type CallOptions, call, openRaw } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { fillTwoProjects } from '#tests/door/two-projects.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';

// Reading and steering on an engine that two teams share: CVE-2026-44884 and portainer #10489 (another team's object by
// its id), CVE-2026-44848 (a route without authorization), CVE-2026-44849 (a rule missing on a sibling operation).

let lab: Lab;
let engine: LabEngine;
let door: DoorUnderTest;
let ids: Record<string, string>;
let developer: DoorPerson;
let viewer: DoorPerson;

const shop: ResourceScope = { project: 'shop', images: ['shop/*'] };
const everywhere = { kind: 'all', value: '' } as const;

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  ({ ids } = await fillTwoProjects(engine));
  door = await startDoor({ engines: { eng: engine.url } });
  developer = await person('developer', shop);
  viewer = await person('viewer', shop);
});
afterAll(async () => {
  await door?.close();
  await lab?.close();
});

const person = (role: RoleName, resource: ResourceScope) => door.person(role, everywhere, resource);
const as = (who: DoorPerson, method: string, path: string, options: CallOptions = {}) =>
  call(door.port, method, `/docker/eng/v1.41${path}`, {
    ...options,
    headers: { Authorization: `Bearer ${who.token}`, ...options.headers },
  });
const id = (name: string) => ids[name] ?? '';

interface Row {
  Id?: string;
  Name?: string;
  Names?: string[];
  RepoTags?: string[];
}
const list = async (who: DoorPerson, path: string) => (await as(who, 'GET', path)).json as Row[];
const volumesOf = async (who: DoorPerson) =>
  ((await as(who, 'GET', '/volumes')).json as { Volumes: Row[] }).Volumes.map((row) => row.Name);

/** Every operation on one object; `X` stands for it. */
const onContainer: [string, string, object?][] = [
  ['GET', '/containers/X/json'],
  ['GET', '/containers/X/logs?stdout=1'],
  ['GET', '/containers/X/stats?stream=0'],
  ['GET', '/containers/X/top'],
  ['GET', '/containers/X/changes'],
  ['GET', '/containers/X/export'],
  ['GET', '/containers/X/archive?path=/etc'],
  ['HEAD', '/containers/X/archive?path=/etc'],
  ['PUT', '/containers/X/archive?path=/etc'],
  ['GET', '/containers/X/attach/ws'],
  ['POST', '/containers/X/attach?stream=1'],
  ['POST', '/containers/X/start'],
  ['POST', '/containers/X/stop'],
  ['POST', '/containers/X/restart'],
  ['POST', '/containers/X/kill'],
  ['POST', '/containers/X/pause'],
  ['POST', '/containers/X/unpause'],
  ['POST', '/containers/X/rename?name=y'],
  ['POST', '/containers/X/resize?h=1&w=1'],
  ['POST', '/containers/X/wait'],
  ['POST', '/containers/X/update', { Memory: 0 }],
  ['POST', '/containers/X/exec', { Cmd: ['id'] }],
  ['POST', '/commit?container=X&repo=shop/stolen', {}],
  ['POST', '/networks/shop_default/connect', { Container: 'X' }],
  ['POST', '/networks/shop_default/disconnect', { Container: 'X' }],
  ['GET', '/containers/json?since=X'],
  ['GET', '/containers/json?filters={"before":["X"]}'],
  ['POST', '/containers/create', { Image: 'shop/web:1', HostConfig: { PidMode: 'container:X' } }],
  ['POST', '/containers/create', { Image: 'shop/web:1', HostConfig: { IpcMode: 'container:X' } }],
  ['POST', '/containers/create', { Image: 'shop/web:1', HostConfig: { NetworkMode: 'container:X' } }],
  ['POST', '/containers/create', { Image: 'shop/web:1', HostConfig: { VolumesFrom: ['X:ro'] } }],
  ['POST', '/containers/create', { Image: 'shop/web:1', HostConfig: { Links: ['X:y'] } }],
  ['DELETE', '/containers/X?force=1'],
];
const onImage: [string, string, object?][] = [
  ['GET', '/images/X/json'],
  ['GET', '/images/X/history'],
  ['GET', '/images/X/get'],
  ['GET', '/images/get?names=X'],
  ['GET', '/images/get?names=shop/web:1&names=X'],
  ['GET', '/images/json?filters={"since":["X"]}'],
  ['POST', '/images/X/tag?repo=shop/stolen&tag=1'],
  ['POST', '/containers/create', { Image: 'X' }],
  ['DELETE', '/images/X?force=1'],
];
const onNetwork: [string, string, object?][] = [
  ['GET', '/networks/X'],
  ['POST', '/networks/X/connect', { Container: 'shop-web' }],
  ['POST', '/networks/X/disconnect', { Container: 'nothere' }],
  ['POST', '/networks/create', { Name: 'y', ConfigFrom: { Network: 'X' }, ConfigOnly: false }],
  ['POST', '/containers/create', { Image: 'shop/web:1', HostConfig: { NetworkMode: 'X' } }],
  ['POST', '/containers/create', { Image: 'shop/web:1', NetworkingConfig: { EndpointsConfig: { X: {} } } }],
  [
    'POST',
    '/containers/create',
    { Image: 'shop/web:1', NetworkingConfig: { EndpointsConfig: { common: { NetworkID: 'X' } } } },
  ],
  ['DELETE', '/networks/X'],
];
const onVolume: [string, string, object?][] = [
  ['GET', '/volumes/X'],
  ['DELETE', '/volumes/X?force=1'],
];
const onExec: [string, string, object?][] = [
  ['GET', '/exec/X/json'],
  ['POST', '/exec/X/start', { Detach: true }],
  ['POST', '/exec/X/resize?h=1&w=1'],
];

/** All that a client can see of a refusal, the name taken out. */
async function refusal(who: DoorPerson, [method, path, body]: [string, string, object?], name: string) {
  const named = (text: string) => text.replaceAll('X', name);
  const options = body ? { body: JSON.parse(named(JSON.stringify(body))) as object } : {};
  const reply = await as(who, method, encodeURI(named(path)), options);
  const { date: _, 'x-audit-id': auditId, 'content-length': __, ...headers } = reply.headers;
  const blank = (text: string) => text.replaceAll(name, 'X').replace(/"auditId":"[^"]*"/, '"auditId":"?"');
  return { status: reply.status, text: blank(reply.text), headers, recorded: auditId !== undefined };
}

describe('what is out of scope is as if it were not there', () => {
  const cases: [string, [string, string, object?][], () => string[], string][] = [
    [
      'container',
      onContainer,
      () => ['bank-web', id('bank-web'), id('bank-web').slice(0, 12), id('bank-web').slice(0, 5)],
      'nothere',
    ],
    ['image', onImage, () => ['bank/web:1', id('bank/web:1'), id('bank/web:1').slice(7, 19)], 'nothere/x:1'],
    ['network', onNetwork, () => ['bank_default', id('bank_default'), id('bank_default').slice(0, 12)], 'nothere'],
    ['volume', onVolume, () => ['bank_data', id('anonymous of bank-web')], 'nothere'],
    ['exec', onExec, () => [id('exec of bank-web')], 'f'.repeat(64)],
  ];

  // Attack: reading another team's object by id (CVE-2026-44884, portainer #10489).
  it.each(cases)(
    '%s: by name, id and short id, the same answer from every operation',
    async (_kind, operations, names, none) => {
      for (const operation of operations) {
        const missing = await refusal(developer, operation, none);
        // Neither names its record: of many, those that are denied and those that fail are counted apart.
        expect([operation, missing.status, missing.recorded]).toEqual([operation, 404, false]);
        for (const name of names()) {
          const found = await refusal(developer, operation, name);
          // An id of an image has no tag in it, and a name has.
          const same = (text: string) => text.replaceAll(':latest', '');
          expect([operation, name, { ...found, text: same(found.text) }]).toEqual([
            operation,
            name,
            { ...missing, text: same(missing.text) },
          ]);
        }
      }
      expect((await engine.api('GET', '/containers/bank-web/json')).json).toMatchObject({ State: { Running: true } });
      expect((await engine.api('GET', '/volumes/bank_data')).status).toBe(200);
      expect((await engine.api('GET', '/images/bank/web:1/json')).status).toBe(200);
    },
  );

  it('is recorded as denied, with the real object and the reason', async () => {
    // Somebody of his own: many refusals of one person in a minute are counted in one record.
    const who = await person('developer', shop);
    await as(who, 'POST', `/containers/${id('bank-web').slice(0, 9)}/kill`);
    const [record] = await door.records('container.kill');
    expect(record).toMatchObject({
      outcome: 'denied',
      status: 404,
      reason: expect.stringContaining('out of the scope'),
      targets: [{ kind: 'container', id: id('bank-web'), name: 'bank-web' }],
    });
    await as(who, 'GET', '/containers/bank-db/json');
    const [read] = await door.records('container.inspect');
    expect(read).toMatchObject({ outcome: 'denied', targets: [{ name: 'bank-db' }] });
  });

  it('is asked of the token as well: its own scope hides what its owner may', async () => {
    const owner = await door.person('administrator');
    const { secret } = await door.identity.tokens.create({
      userId: owner.userId,
      name: 'ci',
      grants: [{ role: 'operator', scope: everywhere, resource: shop }],
    });
    const headers = { Authorization: `Bearer ${secret}` };
    const get = (path: string, method = 'GET') => call(door.port, method, `/docker/eng/v1.41${path}`, { headers });
    expect((await get('/containers/shop-web/json')).status).toBe(200);
    expect((await get('/containers/bank-web/json')).status).toBe(404);
    expect((await get('/containers/shop-web?force=1', 'DELETE')).status).toBe(403);
    expect((await get('/containers/bank-web?force=1', 'DELETE')).status).toBe(404);
    expect(((await get('/containers/json?all=1')).json as Row[]).map((row) => row.Names?.[0]).sort()).toEqual([
      '/shop-db',
      '/shop-web',
    ]);
  });

  it('tells a right that is lacking from an object that is', async () => {
    expect((await as(viewer, 'POST', '/containers/shop-web/stop')).status).toBe(403);
    expect((await as(viewer, 'POST', '/containers/bank-web/stop')).status).toBe(404);
    expect((await as(viewer, 'POST', '/containers/nothere/stop')).status).toBe(404);
  });
});

describe('what works on the whole engine', () => {
  it.each([
    ['POST', '/containers/prune'],
    ['POST', '/images/prune'],
    ['POST', '/networks/prune'],
    ['POST', '/volumes/prune'],
    ['POST', '/build/prune'],
    ['POST', '/images/load'],
    ['GET', '/plugins'],
    ['GET', '/services'],
    ['GET', '/tasks'],
    ['GET', '/swarm'],
    ['GET', '/nodes'],
    ['GET', '/secrets'],
    ['POST', '/session'],
    ['POST', '/grpc'],
  ])('is refused to whoever has a scope: %s %s (CVE-2026-44848)', async (method, path) => {
    const maintainer = await person('maintainer', { name: '*', images: ['*'] });
    const reply = await as(maintainer, method, path);
    expect([reply.status, reply.text]).toEqual([403, expect.stringContaining('whole of an engine')]);
  });
});

describe('lists, counts and events', () => {
  it('show what is in scope or shared, in the engine’s own bytes', async () => {
    expect((await list(viewer, '/containers/json?all=1')).map((row) => row.Names?.[0]).sort()).toEqual([
      '/shop-db',
      '/shop-web',
    ]);
    expect((await list(viewer, '/images/json')).flatMap((row) => row.RepoTags)).toEqual(['shop/web:1']);
    expect((await list(viewer, '/networks')).map((row) => row.Name).sort()).toEqual([
      'bridge',
      'common',
      'none',
      'shop_default',
    ]);
    expect((await volumesOf(viewer)).sort()).toEqual(['common', id('anonymous of shop-web'), 'shop_data'].sort());
    const row = (text: string) => /\{"Id":"[^"]*","Names":\["\/shop-db"\].*?\]\}/.exec(text)?.[0];
    const direct = await engine.api('GET', '/v1.41/containers/json?all=1');
    const through = await as(developer, 'GET', '/containers/json?all=1');
    expect(row(through.text)).toBe(row(direct.text));
  });

  it('take the secrets out of exactly those rows whose grants do not show them', async () => {
    const both = await person('viewer', { project: 'bank' });
    await door.identity.grants.add({
      subjectKind: 'user',
      subjectId: both.userId,
      role: 'developer',
      scope: everywhere,
      resource: { project: 'shop' },
    });
    const env = async (name: string) => (await as(both, 'GET', `/containers/${name}/json`)).text.includes(`SECRET_OF=`);
    const secret = async (name: string, project: string) =>
      (await as(both, 'GET', `/containers/${name}/json`)).text.includes(`SECRET_OF=${project}`);
    expect(await env('bank-web')).toBe(true);
    expect(await secret('bank-web', 'bank')).toBe(false);
    expect(await secret('shop-web', 'shop')).toBe(true);
    expect((await list(both, '/containers/json?all=1')).length).toBe(4);
  });

  it('count in info and df what is in scope', async () => {
    const info = (await as(viewer, 'GET', '/info')).json;
    expect(info).toMatchObject({ Containers: 2, ContainersRunning: 1, ContainersStopped: 1, Images: 1 });
    const maintainer = await person('maintainer', shop);
    const df = (await as(maintainer, 'GET', '/system/df')).json as Record<'Containers' | 'Images' | 'Volumes', Row[]>;
    expect(df.Containers.map((row) => row.Names?.[0]).sort()).toEqual(['/shop-db', '/shop-web']);
    expect(df.Images).toMatchObject([{ RepoTags: ['shop/web:1'], Containers: 2 }]);
    expect(df.Volumes.map((row) => row.Name).sort()).toEqual(
      ['common', id('anonymous of shop-web'), 'shop_data'].sort(),
    );
  });

  it('show of a shared network only who is in scope', async () => {
    for (const name of ['shop-web', 'bank-web']) {
      await engine.api('POST', '/networks/common/connect', { body: { Container: name } });
    }
    const reply = await as(viewer, 'GET', '/networks/common');
    expect(Object.keys((reply.json as { Containers: object }).Containers)).toEqual([id('shop-web')]);
    expect(reply.text).not.toContain('bank');
  });

  it('show of an image only the names in scope', async () => {
    await engine.api('POST', '/images/shop/web:1/tag?repo=bank/copy&tag=1');
    for (const path of [
      '/images/shop/web:1/json',
      `/images/${id('shop/web:1')}/json`,
      '/images/json',
      '/images/shop/web:1/history',
    ]) {
      const reply = await as(developer, 'GET', path);
      expect([path, reply.status]).toEqual([path, 200]);
      expect(reply.text).not.toContain('bank/copy');
    }
    const saved = await person('developer', { images: ['shop/web:1'] });
    expect((await as(saved, 'GET', '/images/shop/web:1/get')).status).toBe(200);
    // By its id it would lose both names, and one is another team's.
    const removal = await as(developer, 'DELETE', `/images/${id('shop/web:1')}?force=1`);
    expect(removal.status).toBe(403);
    expect((await as(developer, 'GET', '/images/bank/copy:1/json')).status).toBe(404);
    await engine.api('DELETE', '/images/bank/copy:1');
  });

  it('save of a bare repository is one of all its tags, so it needs the repository', async () => {
    await engine.api('POST', '/images/shop/web:1/tag?repo=shop/web&tag=latest');
    const latest = await person('developer', { images: ['shop/web:latest'] });
    for (const path of ['/images/shop/web/get', '/images/get?names=shop/web']) {
      expect([path, (await as(latest, 'GET', path)).status]).toEqual([path, 404]);
    }
    expect((await as(latest, 'GET', '/images/shop/web:latest/get')).status).toBe(200);
    expect((await as(developer, 'GET', '/images/shop/web/get')).status).toBe(200);
    await engine.api('DELETE', '/images/shop/web:latest');
  });

  it('stream the events of what is in scope, the last of a removed network too', async () => {
    const since = Math.floor(Date.now() / 1000);
    const head = `GET /docker/eng/v1.41/events?since=${since} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${viewer.token}\r\n\r\n`;
    const stream = openRaw(door.port, head);
    await stream.until('HTTP/1.1 200');
    for (const project of ['bank', 'shop']) {
      const Labels = { 'com.docker.compose.project': project };
      await engine.api('POST', '/networks/create', { body: { Name: `${project}_late`, Labels } });
      if (project === 'shop') await stream.until('shop_late');
      await engine.api('DELETE', `/networks/${project}_late`);
      await engine.api('POST', `/volumes/create`, { body: { Name: `${project}_late`, Labels } });
      await engine.api('DELETE', `/volumes/${project}_late`);
      await engine.api('POST', `/images/${project}/web:1/tag?repo=${project}/late&tag=1`);
      await engine.api('DELETE', `/images/${project}/late:1`);
      await engine.api('POST', '/networks/common/disconnect', { body: { Container: `${project}-web` } });
      await engine.api('POST', `/containers/${project}-web/kill?signal=CONT`);
    }
    const text = (await stream.until('"signal":"')).toString();
    stream.socket.destroy();
    expect(text).not.toContain('bank');
    expect(text).not.toContain(id('bank-web'));
    const seen = text
      .match(/"Type":"[a-z]+","Action":"[a-z_]+"/g)
      ?.map((event) => event.replace(/"(Type|Action)":|"/g, ''));
    expect(seen).toEqual(
      expect.arrayContaining([
        'network,create',
        'network,destroy',
        'image,tag',
        'network,disconnect',
        'container,kill',
      ]),
    );
  });
});

describe('shared objects', () => {
  it('are seen and joined, and not changed', async () => {
    expect((await as(developer, 'GET', '/networks/common')).status).toBe(200);
    expect((await as(developer, 'GET', '/volumes/common')).status).toBe(200);
    const Container = 'shop-web';
    expect((await as(developer, 'POST', '/networks/common/connect', { body: { Container } })).status).toBe(200);
    expect((await as(developer, 'POST', '/networks/common/disconnect', { body: { Container } })).status).toBe(200);
    for (const path of ['/networks/common', '/volumes/common', '/networks/bridge']) {
      const reply = await as(developer, 'DELETE', path);
      expect([path, reply.status, reply.text]).toEqual([path, 403, expect.stringContaining('shared')]);
    }
  });
});

describe('when a scope is narrowed', () => {
  it('ends what lived on it, and says why', async () => {
    const who = await person('viewer', { project: 'shop' });
    const wide = await door.identity.grants.add({
      subjectKind: 'user',
      subjectId: who.userId,
      role: 'viewer',
      scope: everywhere,
      resource: { project: 'bank' },
    });
    const open = (name: string) =>
      openRaw(
        door.port,
        `GET /docker/eng/v1.41/containers/${name}/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${who.token}\r\n\r\n`,
      );
    const [kept, lost] = [open('shop-web'), open('bank-web')];
    await Promise.all([kept.until('HTTP/1.1 200'), lost.until('HTTP/1.1 200')]);
    await door.identity.grants.remove(wide.id);
    await lost.ended;
    expect(kept.socket.readableEnded).toBe(false);
    kept.socket.destroy();
    await waitFor('the record of its end', async () => {
      const records = await door.records('container.logs');
      return records.some(
        ({ error, targets }) => targets[0]?.name === 'bank-web' && /out of the scope/.test(error ?? ''),
      );
    });
  });

  it('ends an event stream that was not filtered', async () => {
    const who = await door.person('developer');
    await door.identity.grants.add({
      subjectKind: 'user',
      subjectId: who.userId,
      role: 'developer',
      scope: everywhere,
      resource: { project: 'shop' },
    });
    const stream = openRaw(
      door.port,
      `GET /docker/eng/v1.41/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${who.token}\r\n\r\n`,
    );
    await stream.until('HTTP/1.1 200');
    await door.identity.grants.remove(who.grantId);
    await stream.ended;
    expect(stream.received().toString()).toMatch(/^HTTP\/1\.1 200/);
  });
});
