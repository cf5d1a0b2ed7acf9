import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretBox } from '#lib/db/secret-box.ts';
import { createRegistries } from './registries.ts';
import type { Registries } from './registries-types.ts';
import { openRoom, type TestRoom } from './testing/room.ts';

let room: TestRoom;
let registries: Registries;
beforeEach(async () => {
  room = await openRoom();
  registries = createRegistries({ db: room.db, secretBox: secretBox('a secret for tests') });
});
afterEach(() => room.close());

const decode = (header: string | undefined) => JSON.parse(Buffer.from(header ?? '', 'base64url').toString());

test('the header for an image carries the credentials of its registry, and only of that', async () => {
  await registries.add({ address: 'https://index.docker.io/v1/', username: 'ann', password: 'hub' });
  await registries.add({ address: 'Reg.example:5000', username: 'bob', password: 'own>>>???' });
  expect(decode(await registries.authHeader('busybox'))).toEqual({
    ...{ username: 'ann', password: 'hub', serveraddress: 'https://index.docker.io/v1/' },
  });
  const own = await registries.authHeader('reg.example:5000/team/app:1');
  expect(decode(own)).toEqual({ username: 'bob', password: 'own>>>???', serveraddress: 'reg.example:5000' });
  // URL-safe alphabet, with the padding that old engines insist on.
  expect(own).toMatch(/^[A-Za-z0-9_-]+=*$/);
  expect((own?.length ?? 1) % 4).toBe(0);
  expect(await registries.authHeader('reg.example/team/app')).toBeUndefined();
});

test('passwords are stored sealed and never listed', async () => {
  const added = await registries.add({ address: 'reg.example', username: 'bob', password: 'pass-word' });
  const row = await room.db.selectFrom('registries').selectAll().executeTakeFirstOrThrow();
  expect(JSON.stringify([row, added, await registries.list()])).not.toContain('pass-word');
});

test('changes keep what is not given; duplicates, unknown ids and unknown keys are refused', async () => {
  const { id } = await registries.add({ address: 'reg.example', username: 'bob', password: 'one' });
  await registries.update(id, { username: 'eve' });
  expect(decode(await registries.authHeader('reg.example/x'))).toMatchObject({ username: 'eve', password: 'one' });
  await registries.update(id, { password: 'two' });
  expect(decode(await registries.authHeader('reg.example/x'))).toMatchObject({ username: 'eve', password: 'two' });
  const again = registries.add({ address: 'http://REG.example', username: 'x', password: 'x' });
  await expect(again).rejects.toMatchObject({ code: 'conflict' });
  await expect(registries.update('none', {})).rejects.toMatchObject({ code: 'not-found' });
  await expect(registries.update(id, Object.assign({ username: 'x' }, { token: 'x' }))).rejects.toMatchObject({
    code: 'bad-request',
  });
  await registries.remove(id);
  expect(await registries.list()).toEqual([]);
});
