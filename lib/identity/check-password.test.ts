import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { createCheckPassword } from './check-password.ts';
import { openIdentity } from './open-identity.ts';
import { verifyPassword } from './password-hash.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';
import type { Identity } from './types.ts';

vi.mock('./password-hash.ts', async (original) => {
  const real = await original<typeof import('./password-hash.ts')>();
  return { ...real, verifyPassword: vi.fn(real.verifyPassword) };
});

const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-check-password-'));
let db: Database;
let identity: Identity;

beforeAll(async () => {
  db = await openDatabase({ dataDir });
  identity = await openIdentity({ db, secrets: secretBox('a secret for this test'), withoutSetup: true });
});

afterAll(async () => {
  await identity?.stop();
  await db?.destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

// Account enumeration by the time of a sign-in. Clocks tell nothing on a busy machine, so the work itself is compared.
// Attack: user enumeration at the sign-in.
test('a sign-in does the same work for a known and an unknown account: as many queries, and one hash of the same cost', async () => {
  const create = (email: string, password?: string) => identity.users.create({ email, name: 'x', password });
  await create('known@example.test', 'a good password');
  await create('bare@example.test');
  const { id } = await create('off@example.test', 'a good password');
  await identity.users.update(id, { disabled: true });
  await identity.serviceAccounts.create({ name: 'ci' });
  const service = (await db.selectFrom('users').select('email').where('kind', '=', 'service').execute())[0]?.email;
  const check = createCheckPassword(db, createSignInThrottle(Date.now));
  const select = vi.spyOn(db, 'selectFrom');
  const hash = vi.mocked(verifyPassword);
  const workFor = async (email: string) => {
    select.mockClear();
    hash.mockClear();
    expect(await check(email, 'a bad password', '10.1.0.1')).toBeUndefined();
    const hashes = hash.mock.calls.map(
      ([given, stored]) => `${given.length} ${stored.split('$').slice(0, -2).join('$')}`,
    );
    return { queries: select.mock.calls.length, hashes };
  };
  const wrong = await workFor('known@example.test');
  expect(wrong.hashes).toHaveLength(1);
  expect(wrong.queries).toBeGreaterThan(0);
  for (const email of ['nobody@example.test', 'bare@example.test', 'off@example.test', service ?? '', 'no address']) {
    expect([email, await workFor(email)]).toEqual([email, wrong]);
  }
  select.mockRestore();
});
