import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceScope, RoleName } from '#lib/shared/access.ts';
import { type CallOptions, call } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { fillTwoProjects } from '#tests/door/two-projects.ts';
import { importBusybox } from '#tests/lab/images.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';

// What is made in a scope stays in it: CVE-2026-44850 (an equivalent field), CVE-2026-44849 (a rule missing on a
// sibling operation), and JSON that two readers see differently, here for what a request may join, mount and run.

let lab: Lab;
let engine: LabEngine;
let door: DoorUnderTest;
let ids: Record<string, string>;
let developer: DoorPerson;

const shop: ResourceScope = { project: 'shop', images: ['shop/*'] };
const everywhere = { kind: 'all', value: '' } as const;
const projectLabel = 'com.docker.compose.project';

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  ({ ids } = await fillTwoProjects(engine));
  await importBusybox(engine.socketPath, 'shop/sharing:1', ['LABEL io.pilothouse.shared=true team=bank']);
  door = await startDoor({ engines: { eng: engine.url } });
  developer = await person('developer', shop);
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
const post = (who: DoorPerson, path: string, body: unknown) => as(who, 'POST', path, { body });
const create = (body: object, query = '', who = developer) =>
  post(who, `/containers/create${query}`, { Image: 'shop/web:1', Cmd: ['sleep', '1000'], ...body });

interface Made {
  Name: string;
  Labels: Record<string, string> | null;
  Config: { Labels: Record<string, string> };
}
async function look(path: string): Promise<Made> {
  const reply = await engine.api('GET', path);
  expect([path, reply.status]).toEqual([path, 200]);
  return reply.json as Made;
}
const made = async (reply: { status: number; text: string; json: unknown }) => {
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return look(`/containers/${(reply.json as { Id: string }).Id}/json`);
};

describe('what is made in a scope', () => {
  it('gets the labels of the scope, whatever labels its image has', async () => {
    expect((await made(await create({ Labels: { mine: 'too' } }))).Config.Labels).toMatchObject({
      mine: 'too',
      [projectLabel]: 'shop',
    });
    const sharing = await made(await create({ Image: 'shop/sharing:1' }));
    expect(sharing.Config.Labels).toMatchObject({ [projectLabel]: 'shop', 'io.pilothouse.shared': 'false' });
    expect((await post(developer, '/networks/create', { Name: 'made' })).status).toBe(201);
    expect((await look('/networks/made')).Labels).toEqual({ [projectLabel]: 'shop' });
    expect((await post(developer, '/volumes/create', { Name: 'made', Labels: { a: 'b' } })).status).toBe(201);
    expect((await look('/volumes/made')).Labels).toEqual({ a: 'b', [projectLabel]: 'shop' });
    const unnamed = await as(developer, 'POST', '/volumes/create');
    expect((unnamed.json as Made).Labels).toMatchObject({ [projectLabel]: 'shop' });
    const [record] = await door.records('volume.create');
    expect(record?.params).toMatchObject({ scope: 'project shop, images shop/*' });
  });

  it('carries no label of another scope, and none that shares it', async () => {
    const bank = { [projectLabel]: 'bank' };
    const shared = { 'io.pilothouse.shared': 'true' };
    const anonymous = (Labels: object) => ({
      HostConfig: { Mounts: [{ Type: 'volume', Target: '/x', VolumeOptions: { Labels } }] },
    });
    for (const [path, body] of [
      ['/containers/create', { Image: 'shop/web:1', Labels: bank }],
      ['/containers/create', { Image: 'shop/web:1', Labels: shared }],
      ['/containers/create', { Image: 'shop/web:1', ...anonymous(bank) }],
      ['/containers/create', { Image: 'shop/web:1', ...anonymous(shared) }],
      ['/networks/create', { Name: 'x', Labels: bank }],
      ['/networks/create', { Name: 'x', Labels: shared }],
      ['/volumes/create', { Name: 'x', Labels: bank }],
      ['/volumes/create', { Name: 'x', Labels: shared }],
    ] as const) {
      const reply = await post(developer, path, body);
      expect([path, body, reply.status]).toEqual([path, body, 403]);
      expect(reply.text).toMatch(/project shop|without a scope|of your scope/);
    }
    const wide = await door.person('developer');
    expect((await post(wide, '/volumes/create', { Name: 'given', Labels: shared })).status).toBe(201);
  });

  it('goes by the scope whose labels it carries; without any it must say which', async () => {
    const two = await person('developer', shop);
    await door.identity.grants.add({
      subjectKind: 'user',
      subjectId: two.userId,
      role: 'developer',
      scope: everywhere,
      resource: { labels: ['team=a', 'tier'] },
    });
    const open = await create({}, '', two);
    expect([open.status, open.text]).toEqual([403, expect.stringMatching(/project shop.*label team=a, label tier/)]);
    expect((await made(await create({ Labels: { team: 'a', tier: 'x' } }, '', two))).Config.Labels).not.toHaveProperty(
      projectLabel,
    );
    expect(
      (await made(await create({ Labels: { [projectLabel]: 'shop' } }, '', two))).Config.Labels,
    ).not.toHaveProperty('team');
  });

  it('has a name of the scope: the given one must match, and for a prefix one is made', async () => {
    const named = await person('developer', { name: 'lab-*', images: ['shop/*'] });
    expect((await create({}, '?name=other', named)).status).toBe(403);
    expect((await made(await create({}, '?name=lab-1', named))).Name).toBe('/lab-1');
    expect((await made(await create({}, '', named))).Name).toMatch(/^\/lab-[0-9a-f]{12}$/);
    expect((await post(named, '/networks/create', { Name: 'other' })).status).toBe(403);
    expect((await post(named, '/volumes/create', { Name: 'other' })).status).toBe(403);
    expect((await post(named, '/volumes/create', {})).json).toMatchObject({ Name: expect.stringMatching(/^lab-/) });
    expect((await as(named, 'POST', '/containers/lab-1/rename?name=other')).status).toBe(403);
    expect((await as(named, 'POST', '/containers/lab-1/rename?name=lab-2')).status).toBe(204);
  });

  it('fits into the scope of a token and into that of its owner', async () => {
    const owner = await person('developer', { project: 'shop', images: ['shop/*'] });
    const grants = [{ role: 'developer', scope: everywhere, resource: { labels: ['ci=1'], images: ['shop/web'] } }];
    const { secret } = await door.identity.tokens.create({ userId: owner.userId, name: 'ci', grants });
    const reply = await create({}, '', { ...owner, token: secret });
    expect((await made(reply)).Config.Labels).toMatchObject({ ci: '1', [projectLabel]: 'shop' });
    expect((await create({ Image: 'shop/sharing:1' }, '', { ...owner, token: secret })).status).toBe(404);
  });
});

describe('a volume that is not there', () => {
  it('is made with the labels of the scope, by a request with its own record', async () => {
    const HostConfig = {
      Binds: ['fresh:/a', 'fresh:/b:ro'],
      Mounts: [
        {
          Type: 'volume',
          Source: 'fresh2',
          Target: '/c',
          VolumeOptions: {
            Labels: { k: 'v' },
            DriverConfig: { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } },
          },
        },
      ],
    };
    await made(await create({ HostConfig }));
    expect((await look('/volumes/fresh')).Labels).toEqual({ [projectLabel]: 'shop' });
    expect(await look('/volumes/fresh2')).toMatchObject({
      Labels: { k: 'v', [projectLabel]: 'shop' },
      Options: { type: 'tmpfs' },
    });
    // A record ends a moment after the answer.
    await waitFor('both records', async () => {
      const records = (await door.records('volume.create')).slice(0, 2);
      const ended = records.map(({ targets, outcome }) => `${targets[0]?.name} ${outcome}`).sort();
      return ended.join() === 'fresh done,fresh2 done';
    });
  });

  it('is not another team’s by that name: volume create does not hand it over', async () => {
    // Somebody of his own: many refusals of one person in a minute are counted in one record.
    const reply = await post(await person('developer', shop), '/volumes/create', { Name: 'bank_data' });
    expect([reply.status, reply.text]).toEqual([409, expect.not.stringContaining('bank"')]);
    const [record] = await door.records('volume.create');
    expect(record).toMatchObject({ outcome: 'denied', targets: [{ name: 'bank_data' }] });
    expect((await post(developer, '/volumes/create', { Name: 'shop_data' })).status).toBe(201);
  });
});

describe('every way to another team’s object, in every spelling', () => {
  let before: number;
  const count = async () => ((await engine.api('GET', '/containers/json?all=1')).json as unknown[]).length;
  beforeEach(async () => {
    before = await count();
  });

  const host = (HostConfig: unknown) => JSON.stringify({ Image: 'shop/web:1', HostConfig });
  const bodies: [string, () => string][] = [
    ['Binds', () => host({ Binds: ['bank_data:/x'] })],
    ['Binds, read-only', () => host({ Binds: ['bank_data:/x:ro,nocopy'] })],
    ['one string for a list', () => host({ Binds: 'bank_data:/x' })],
    ['Mounts (CVE-2026-44850)', () => host({ Mounts: [{ Type: 'volume', Source: 'bank_data', Target: '/x' }] })],
    [
      'Mounts with a driver',
      () =>
        host({
          Mounts: [
            { Type: 'volume', Source: 'bank_data', Target: '/x', VolumeOptions: { DriverConfig: { Name: 'local' } } },
          ],
        }),
    ],
    [
      'Mounts with a path of the host as driver option',
      () =>
        host({
          Mounts: [
            {
              Type: 'volume',
              Source: 'mine',
              Target: '/x',
              VolumeOptions: {
                DriverConfig: {
                  Name: 'local',
                  Options: { type: 'none', o: 'bind', device: '/var/lib/docker/volumes/bank_data/_data' },
                },
              },
            },
          ],
        }),
    ],
    ['Mounts of an anonymous volume', () => host({ Binds: [`${ids['anonymous of bank-web']}:/x`] })],
    ['VolumesFrom', () => host({ VolumesFrom: ['bank-db'] })],
    ['VolumesFrom by id with a mode', () => host({ VolumesFrom: [`${ids['bank-db']?.slice(0, 12)}:ro`] })],
    ['a path of the host', () => host({ Binds: ['/var/lib/docker/volumes/bank_data/_data:/x'] })],
    ['a Windows path', () => host({ Binds: ['C:\\bank_data:/x'] })],
    ['a Windows pipe', () => host({ Mounts: [{ Type: 'npipe', Source: '\\\\.\\pipe\\docker_engine', Target: '/x' }] })],
    ['another case of HostConfig', () => '{"Image":"shop/web:1","hostconfig":{"Binds":["bank_data:/x"]}}'],
    ['another case of Binds', () => '{"Image":"shop/web:1","HostConfig":{"binds":["bank_data:/x"]}}'],
    ['a long s in Binds', () => '{"Image":"shop/web:1","HostConfig":{"Bind\u017f":["bank_data:/x"]}}'],
    ['Binds twice', () => '{"Image":"shop/web:1","HostConfig":{"Binds":["bank_data:/x"],"Binds":[]}}'],
    ['Binds twice, folded', () => '{"Image":"shop/web:1","HostConfig":{"Binds":[],"BINDS":["bank_data:/x"]}}'],
    ['Labels twice', () => `{"Image":"shop/web:1","Labels":{},"labels":{"${projectLabel}":"bank"}}`],
    ['a label twice', () => `{"Image":"shop/web:1","Labels":{"${projectLabel}":"shop","${projectLabel}":"bank"}}`],
    ['a label that is a number', () => `{"Image":"shop/web:1","Labels":{"${projectLabel}":1}}`],
    ['NetworkMode', () => host({ NetworkMode: 'bank_default' })],
    ['NetworkMode by id', () => host({ NetworkMode: ids.bank_default })],
    ['NetworkMode by short id', () => host({ NetworkMode: ids.bank_default?.slice(0, 12) })],
    ['NetworkMode that is not there', () => host({ NetworkMode: 'later' })],
    ['a network of nobody', () => host({ NetworkMode: 'corp' })],
    ['another case of NetworkMode', () => '{"Image":"shop/web:1","HostConfig":{"networkmode":"bank_default"}}'],
    ['EndpointsConfig', () => '{"Image":"shop/web:1","NetworkingConfig":{"EndpointsConfig":{"bank_default":{}}}}'],
    [
      'EndpointsConfig with another id',
      () =>
        `{"Image":"shop/web:1","NetworkingConfig":{"EndpointsConfig":{"common":{"NetworkID":"${ids.bank_default}"}}}}`,
    ],
    ['NetworkMode container:', () => host({ NetworkMode: 'container:bank-web' })],
    ['PidMode container:', () => host({ PidMode: 'container:bank-web' })],
    ['PidMode container:/', () => host({ PidMode: 'container:/bank-web' })],
    ['IpcMode container: by id', () => host({ IpcMode: `container:${ids['bank-web']}` })],
    ['the network of the host', () => host({ NetworkMode: 'host' })],
    ['Links', () => host({ Links: ['bank-web:x'] })],
    ['Links by id', () => host({ Links: [`/${ids['bank-web']}:x`] })],
    ['an image', () => '{"Image":"bank/web:1"}'],
    ['an image by id', () => `{"Image":"${ids['bank/web:1']}"}`],
    ['an image by short id', () => `{"Image":"${ids['bank/web:1']?.slice(7, 19)}"}`],
    ['an image as a mount', () => host({ Mounts: [{ Type: 'image', Source: 'bank/web:1', Target: '/x' }] })],
    ['another case of Image', () => '{"image":"bank/web:1"}'],
  ];
  /** What a maintainer of the scope may do: reach the host, and say a label wrongly, which the scope's own replaces. */
  const maintainersMay = [
    'a path of the host',
    'Mounts with a path of the host as driver option',
    'the network of the host',
    'a label that is a number',
  ];

  it.each(bodies)('is closed: %s', async (name, body) => {
    const headers = { 'Content-Type': 'application/json' };
    const reply = await as(developer, 'POST', '/containers/create', { headers, body: body() });
    expect([400, 403, 404]).toContain(reply.status);
    if (!maintainersMay.includes(name)) {
      const maintainer = await person('maintainer', shop);
      const again = await as(maintainer, 'POST', '/containers/create', { headers, body: body() });
      expect([name, again.status >= 400, again.status]).toEqual([name, true, again.status]);
    }
    expect(await count()).toBe(before);
  });

  it('is closed at start, too: a network that took the name of the one that was judged', async () => {
    const network = (Labels: object) => engine.api('POST', '/networks/create', { body: { Name: 'taken', Labels } });
    await network({ [projectLabel]: 'shop' });
    const { Id } = (await create({ HostConfig: { NetworkMode: 'taken' } })).json as { Id: string };
    await as(developer, 'DELETE', '/networks/taken');
    await network({ [projectLabel]: 'bank' });
    const reply = await as(developer, 'POST', `/containers/${Id}/start`);
    expect([reply.status, reply.text]).toEqual([404, expect.stringContaining('network taken not found')]);
    await engine.api('DELETE', '/networks/taken');
    await network({ [projectLabel]: 'shop' });
    expect((await as(developer, 'POST', `/containers/${Id}/start`)).status).toBe(204);
    await engine.api('DELETE', `/containers/${Id}?force=1`);
  });

  it('does not close what an administrator joined for the team', async () => {
    const { Id } = (await create({ HostConfig: { NetworkMode: 'shop_default', Init: true } })).json as { Id: string };
    expect((await as(developer, 'POST', `/containers/${Id}/start`)).status).toBe(204);
    await engine.api('POST', '/networks/corp/connect', { body: { Container: Id } });
    expect((await as(developer, 'POST', `/containers/${Id}/restart?t=0`)).status).toBe(204);
    await engine.api('DELETE', `/containers/${Id}?force=1`);
  });

  it('is not made beside another team’s network of the same name, which nobody could name any more', async () => {
    const reply = await post(developer, '/networks/create', { Name: 'bank_default', CheckDuplicate: false });
    expect([reply.status, reply.text]).toEqual([409, expect.stringContaining('already exists')]);
    expect((await engine.api('GET', '/networks/bank_default')).status).toBe(200);
  });

  it('tells of a name that is taken no more than that', async () => {
    const reply = await create({}, '?name=bank-web');
    expect([reply.status, reply.text]).toEqual([409, expect.stringContaining('already in use')]);
    expect(reply.text).not.toContain(ids['bank-web'] ?? '');
  });
});

describe('names of images', () => {
  const build = (who: DoorPerson, query: string) =>
    as(who, 'POST', `/build?${query}`, {
      headers: { 'Content-Type': 'application/x-tar' },
      body: Buffer.alloc(1024),
    });

  it('are tagged, committed, pulled and pushed within the patterns alone', async () => {
    for (const path of [
      '/images/shop/web:1/tag?repo=bank/web&tag=1',
      '/images/shop/web:1/tag?repo=other',
      '/commit?container=shop-web&repo=bank/web&tag=2',
      '/commit?container=shop-web',
      '/images/create?fromImage=bank/web&tag=1',
      '/images/create?fromImage=docker.io/bank/web',
      '/images/create?fromImage=localhost:5000/shop/web',
    ]) {
      const reply = await as(developer, 'POST', path, path.startsWith('/commit') ? { body: {} } : {});
      expect([path, reply.status]).toEqual([path, 403]);
    }
    expect((await as(developer, 'POST', '/images/bank/web/push?tag=1')).status).toBe(404);
    expect((await as(developer, 'GET', '/distribution/bank/web/json')).status).toBe(403);
    expect((await as(developer, 'POST', '/images/shop/web:1/tag?repo=shop/web&tag=2')).status).toBe(201);
    expect((await post(developer, '/commit?container=shop-web&repo=shop/copy', {})).status).toBe(201);
  });

  it('are those that the engine takes: a tag beside a name stands in place of the one in it', async () => {
    const one = await person('developer', { images: ['shop/web:1'] });
    expect((await as(one, 'POST', '/images/create?fromImage=shop/web:1&tag=2')).status).toBe(403);
    expect((await as(one, 'POST', '/images/create?fromImage=shop/web')).status).toBe(403);
    expect((await as(one, 'POST', '/images/shop/web:1/tag?repo=shop/web:1&tag=3')).status).toBe(403);
  });

  it('do not bound a build, which reads any image: it needs the pattern *', async () => {
    const refused = await build(developer, 't=shop/made');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('FROM')]);
    const any = await person('developer', { project: 'shop', images: ['*'] });
    expect((await build(any, '')).status).toBe(403);
    expect((await build(any, 't=shop/made')).status).not.toBe(403);
  });
});
