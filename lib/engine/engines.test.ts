import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretBox } from '#lib/db/secret-box.ts';
import { createEngines } from './engines.ts';
import { addPlain, openRoom, type TestRoom } from './testing/room.ts';

let room: TestRoom;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

const identity = () => ssh2.utils.generateKeyPairSync('ed25519').private;
const hostKey = `SHA256:${'A'.repeat(43)}`;

test('an engine is found by id, name and, after a rename, by the old name; also after a restart', async () => {
  const { engines } = room;
  const { id } = await addPlain(engines, 'alpha', 'unix:///nowhere.sock');
  expect(engines.find(id)?.name).toBe('alpha');
  await engines.update(id, { name: 'beta' });
  expect(engines.find('alpha')?.name).toBe('beta');
  const again = await room.reopen();
  expect(again.find('alpha')).toMatchObject({ id, name: 'beta', aliases: ['alpha'] });
  expect(again.list().length).toBe(1);
});

test("names are unique, former names too; an engine's own former name may come back", async () => {
  const { engines } = room;
  const { id } = await addPlain(engines, 'alpha', 'unix:///a.sock');
  await expect(addPlain(engines, 'alpha', 'unix:///b.sock')).rejects.toMatchObject({ code: 'conflict' });
  await engines.update(id, { name: 'beta' });
  await expect(addPlain(engines, 'alpha', 'unix:///b.sock')).rejects.toThrow(/former name of beta/);
  expect((await engines.update(id, { name: 'alpha' })).aliases).toEqual(['beta']);
  const racing = await Promise.allSettled([1, 2].map(() => addPlain(engines, 'gamma', 'unix:///c.sock')));
  expect(racing.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test.each([
  [{ name: 'Alpha' }, /engine name/],
  [{ name: '-a' }, /engine name/],
  [{ url: 'http://x' }, /not one of an engine/],
  [{ url: 'tcp://169.254.169.254' }, /never called/],
  [{ url: 'tcp://[fe80::1]:2375' }, /never called/],
  [{ tags: ['with space'] }, /tag/],
  [{ secret: {} }, /secret/],
  [{ secrets: { password: 'x' } }, /password/],
  [{ url: 'tcp://x', secrets: { ca: 'no pem' } }, /certificates can't be used/],
  [{ url: 'ssh://a@b', secrets: { identity: 'no key' } }, /private key can't be read/],
  [{ hostKey: 'MD5:00' }, /SHA256/],
] as [object, RegExp][])('an engine with %j is refused and not stored', async (change, message) => {
  const input = { name: 'alpha', url: 'unix:///a.sock', tags: [], secrets: {}, ...change };
  await expect(room.engines.add(input)).rejects.toThrow(message);
  expect(room.engines.list()).toEqual([]);
});

test('secrets are stored sealed, merged by key, and never given out', async () => {
  const { engines, db } = room;
  const key = identity();
  const input = {
    name: 'far',
    url: 'ssh://ann@127.0.0.1:1',
    tags: ['prod', 'prod'],
    secrets: { identity: key },
    hostKey,
  };
  const config = await engines.add(input);
  expect(config).toMatchObject({ transport: 'ssh', tags: ['prod'], hostKey });
  const row = await db.selectFrom('engines').selectAll().executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toContain('PRIVATE');
  expect(JSON.stringify([engines.list(), engines.statuses()])).not.toContain('PRIVATE');
  await engines.update(config.id, { tags: ['test'], secrets: {} });
  expect((await room.reopen()).status(config.id)?.state).toBe('connecting');
  await expect(room.engines.update(config.id, { secrets: { identity: '' } })).rejects.toThrow(/private key/);
});

test('another host unpins the host key, another path or user does not', async () => {
  const { engines } = room;
  const input = { name: 'far', url: 'ssh://ann@127.0.0.1:1', tags: [], secrets: { identity: identity() }, hostKey };
  const { id } = await engines.add(input);
  expect((await engines.update(id, { url: 'ssh://bob@127.0.0.1:1/run/x.sock' })).hostKey).toBe(hostKey);
  expect((await engines.update(id, { url: 'ssh://bob@127.0.0.1:2' })).hostKey).toBeUndefined();
});

test('secrets under another key leave the engine down with the reason, and the console starts', async () => {
  const { engines, db } = room;
  const input = { name: 'far', url: 'ssh://ann@127.0.0.1:1', tags: [], secrets: { identity: identity() }, hostKey };
  const { id } = await engines.add(input);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const other = await createEngines({ db, secretBox: secretBox('another secret'), log });
  other.start();
  expect(other.status(id)).toMatchObject({ state: 'down', problem: expect.stringMatching(/decrypted/) });
  await expect(other.connect(id, AbortSignal.timeout(1000))).rejects.toMatchObject({ code: 'engine-unreachable' });
  await other.update(id, { tags: ['kept'] });
  await other.stop();
  // The sealed secrets were not overwritten.
  expect((await room.reopen()).status(id)).toMatchObject({ state: 'connecting', tags: ['kept'] });
});

test('a removed engine is gone, with a last word to the listeners', async () => {
  const { engines } = room;
  const { id } = await addPlain(engines, 'alpha', 'unix:///a.sock');
  const last = new Promise((resolve) => engines.onStatus((engineId, status) => status || resolve(engineId)));
  await engines.remove(id);
  expect(await last).toBe(id);
  expect(engines.find('alpha')).toBeUndefined();
  await expect(engines.remove(id)).rejects.toMatchObject({ code: 'not-found' });
  await expect(engines.connect(id, AbortSignal.timeout(1000))).rejects.toMatchObject({ code: 'not-found' });
});

test('the first run adds what PILOTHOUSE_ENGINES names, with its files, and never again', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pilothouse-adopt-'));
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'id'), identity());
    writeFileSync(join(dir, 'host'), `${hostKey}\n`);
    const engines = [
      { name: 'far', url: `ssh://ann@127.0.0.1:1?identity=${dir}/id&hostkey=${dir}/host` },
      { name: 'near', url: 'unix:///a.sock' },
    ];
    expect(await room.engines.adoptFirst({ engines })).toMatchObject([
      { name: 'far', url: 'ssh://ann@127.0.0.1:1', hostKey, transport: 'ssh' },
      { name: 'near', transport: 'unix' },
    ]);
    for (const { id } of room.engines.list()) await room.engines.remove(id);
    expect(await (await room.reopen()).adoptFirst({ engines })).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test.each([
  ['unix:///a.sock?ca=/nowhere', /engine bad can't be added: the file \/nowhere \(ca\)/],
  ['unix:///a.sock?cert_file=/x', /unknown parameter "cert_file"/],
  ['ssh://a@b', /engine bad can't be added: An ssh engine wants a private key/],
])('an entry %s of PILOTHOUSE_ENGINES stops with a sentence that names it', async (url, message) => {
  await expect(room.engines.adoptFirst({ engines: [{ name: 'bad', url }] })).rejects.toThrow(message);
  expect(room.engines.list()).toEqual([]);
});

test('a DOCKER_HOST that does not answer is not adopted, and is asked for again next time', async () => {
  const config = { engines: [], dockerHost: 'unix:///nowhere.sock' };
  expect(await room.engines.adoptFirst(config)).toEqual([]);
  expect(room.warnings.join()).toMatch(/no socket at \/nowhere\.sock/);
  expect(await room.engines.adoptFirst(config)).toEqual([]);
});
