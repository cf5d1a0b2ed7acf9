import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InventoryChange } from '#lib/shared/inventory.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { addPlain, containersOf, openRoom, stateOf, type TestRoom, waitForState } from './testing/room.ts';

let lab: Lab;
let old: LabEngine;
let newest: LabEngine;
let room: TestRoom;
const ids = new Map<LabEngine, string>();

beforeAll(async () => {
  lab = await startLab();
  [old, newest] = await Promise.all([lab.engine(), lab.engine({ version: 'newest', minApi: '1.44' })]);
  room = await openRoom();
  room.engines.start();
  for (const [name, engine] of [
    ['old', old],
    ['newest', newest],
  ] as const) {
    await engine.busybox();
    const { id } = await addPlain(room.engines, name, engine.url);
    ids.set(engine, id);
    await waitForState(room.engines, id, 'live');
  }
});
afterAll(async () => {
  await room?.close();
  await lab?.close();
});

/** One docker command that must succeed. */
async function docker(engine: LabEngine, ...args: string[]): Promise<void> {
  expect(await engine.docker(...args)).toMatchObject({ code: 0 });
}

const both: [string, () => LabEngine][] = [
  ['20.10', () => old],
  ['the newest, which refuses APIs below 1.44,', () => newest],
];

test('the API version is negotiated: a lowest of 1.44 is no obstacle', () => {
  const { engines } = room;
  expect(engines.status(ids.get(old) ?? '')).toMatchObject({ apiVersion: '1.41', product: 'Docker' });
  expect(engines.status(ids.get(newest) ?? '')?.minApiVersion).toBe('1.44');
});

test.each(both)('on %s what a shell does to one container shows, step by step', async (_name, engineOf) => {
  const engine = engineOf();
  const id = ids.get(engine) ?? '';
  const { engines } = room;
  const shows = (what: string, expected: object) =>
    waitFor(what, () => {
      const row = containersOf(engines, id).find(({ name }) => name === 'one' || name === 'uno');
      expect(row).toMatchObject(expected);
      return true;
    });
  await docker(
    engine,
    'create',
    '--name',
    'one',
    '--init',
    '-l',
    'com.docker.compose.project=shop',
    'busybox',
    'sleep',
    '9999',
  );
  await shows('created', { state: 'created', project: 'shop', image: 'busybox', networks: ['bridge'] });
  await docker(engine, 'start', 'one');
  await shows('running', { state: 'running', startedAt: expect.any(Number), exitCode: undefined });
  await docker(engine, 'pause', 'one');
  await shows('paused', { state: 'paused' });
  await docker(engine, 'unpause', 'one');
  await shows('running again', { state: 'running' });
  await docker(engine, 'rename', 'one', 'uno');
  await shows('renamed', { name: 'uno' });
  await docker(engine, 'network', 'create', 'lan');
  await docker(engine, 'network', 'connect', 'lan', 'uno');
  await shows('connected', { networks: ['bridge', 'lan'] });
  await docker(engine, 'kill', 'uno');
  await shows('killed', { state: 'exited', exitCode: 137, status: expect.stringContaining('Exited (137)') });
  await docker(engine, 'rm', 'uno');
  await waitFor('removed', () => containersOf(engines, id).length === 0);
  await docker(engine, 'network', 'rm', 'lan');
});

test.each(both)(
  'on %s images, networks and volumes come and go, with the number of their users',
  async (_name, engineOf) => {
    const engine = engineOf();
    const id = ids.get(engine) ?? '';
    const row = (kind: 'image' | 'network' | 'volume', name: string) =>
      room.engines.snapshot(id, [kind]).rows.find((each) => {
        if (each.kind === 'image') return each.tags.includes(name);
        return each.kind !== 'container' && each.name === name;
      });
    await docker(engine, 'tag', 'busybox', 'other:1');
    await docker(engine, 'network', 'create', '--subnet', '10.250.0.0/24', 'net-a');
    await docker(engine, 'volume', 'create', 'vol-a');
    await waitFor('all three', () => row('image', 'other:1') && row('network', 'net-a') && row('volume', 'vol-a'));
    expect(row('network', 'net-a')).toMatchObject({ subnets: ['10.250.0.0/24'], builtIn: false, containers: 0 });
    expect(row('network', 'bridge')).toMatchObject({ builtIn: true });
    await docker(
      engine,
      'run',
      '-d',
      '--init',
      '--name',
      'user',
      '--network',
      'net-a',
      '-v',
      'vol-a:/v',
      'other:1',
      'sleep',
      '9999',
    );
    await waitFor('the users to be counted', () =>
      [row('image', 'other:1'), row('network', 'net-a'), row('volume', 'vol-a')].every(
        (each) => each && 'containers' in each && each.containers === 1,
      ),
    );
    await docker(engine, 'rm', '-f', 'user');
    await docker(engine, 'network', 'rm', 'net-a');
    await docker(engine, 'volume', 'rm', 'vol-a');
    await docker(engine, 'rmi', 'other:1');
    await waitFor('all gone', () => !row('image', 'other:1') && !row('network', 'net-a') && !row('volume', 'vol-a'));
  },
);

test.each(both)('on %s a burst of 50 starts and stops during lists drops nothing', async (_name, engineOf) => {
  const engine = engineOf();
  const id = ids.get(engine) ?? '';
  const { engines } = room;
  const names = Array.from({ length: 50 }, (_, n) => `burst-${n}`);
  await Promise.all(names.map((name) => engine.api('POST', `/containers/create?name=${name}`, { body: burstBody })));
  await waitFor('all created', () => containersOf(engines, id).length === 50);

  const seen = new Map<string, string[]>();
  let version = engines.snapshot(id, []).version;
  const gaps: string[] = [];
  const end = engines.onChange((engineId, change: InventoryChange) => {
    if (engineId !== id) return;
    if (change.version !== version + 1) gaps.push(`${version} to ${change.version}`);
    version = change.version;
    for (const row of change.upserts)
      if (row.kind === 'container') seen.set(row.name, [...(seen.get(row.name) ?? []), row.state]);
  });
  // Four shells at once, then every stop at once: kill, die and stop of many containers arrive together.
  await Promise.all([0, 1, 2, 3].map((n) => docker(engine, 'start', ...names.slice(n * 13, n * 13 + 13))));
  await Promise.all(names.map((name) => engine.api('POST', `/containers/${name}/stop?t=0`)));
  await waitFor('every stop to be told', () => names.every((name) => seen.get(name)?.at(-1) === 'exited'));
  end();
  expect(gaps).toEqual([]);
  expect(names.filter((name) => !seen.get(name)?.includes('running'))).toEqual([]);
  expect(names.filter((name) => stateOf(engines, id, name) !== 'exited')).toEqual([]);

  // In the end the room shows what the engine lists, row for row.
  await waitFor('the same as the list', async () => {
    const listed = (await engine.api('GET', '/containers/json?all=1')).json as { Id: string; State: string }[];
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    const theirs = listed.map(({ Id, State }) => ({ id: Id, state: State })).sort(byId);
    const ours = containersOf(engines, id)
      .map((row) => ({ id: row.id, state: row.state }))
      .sort(byId);
    expect(ours).toEqual(theirs);
    return true;
  });
  await Promise.all(names.map((name) => engine.api('DELETE', `/containers/${name}?force=1`)));
  await waitFor('all removed', () => containersOf(engines, id).length === 0);
});

const burstBody = { Image: 'busybox', Cmd: ['sleep', '9999'], HostConfig: { Init: true, NetworkMode: 'none' } };

test.each(both)(
  'on %s a container with a label of megabytes shows, and its engine stays live',
  async (_name, engineOf) => {
    const engine = engineOf();
    const id = ids.get(engine) ?? '';
    const body = { Image: 'busybox', Labels: { huge: 'x'.repeat(3_000_000) } };
    expect((await engine.api('POST', '/containers/create?name=huge', { body })).status).toBe(201);
    await waitFor('the container', () => containersOf(room.engines, id).some(({ name }) => name === 'huge'));
    expect(room.engines.status(id)?.state).toBe('live');
    await docker(engine, 'rm', 'huge');
    await waitFor('its end', () => !containersOf(room.engines, id).some(({ name }) => name === 'huge'));
    expect(room.engines.status(id)?.state).toBe('live');
  },
);
