import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { createCheckPassword } from './check-password.ts';
import { openIdentity } from './open-identity.ts';
import { totpCode } from './second-factor/totp.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';
import type { Identity } from './types.ts';

// The work is counted and not the time, which nobody could measure on two busy cores; `npm run bench` has the time.
const work = vi.hoisted(() => ({ hashes: 0, queries: 0 }));
vi.mock('./password-hash.ts', async (load) => {
  const real = await load<typeof import('./password-hash.ts')>();
  return {
    ...real,
    verifyPassword: (password: string, stored: string) => {
      work.hashes++;
      return real.verifyPassword(password, stored);
    },
  };
});

const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-time-'));
const good = 'a good password';
let db: Database;
let identity: Identity;
let checkPassword: ReturnType<typeof createCheckPassword>;

beforeAll(async () => {
  db = await openDatabase({ dataDir });
  const admin = { email: 'root@example.org', password: good };
  identity = await openIdentity({ db, secrets: secretBox('a secret for the tests'), admin });
  const counted = db.withPlugin({
    transformQuery: ({ node }) => {
      work.queries++;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  checkPassword = createCheckPassword(counted, createSignInThrottle());
});
afterAll(async () => {
  await identity.stop();
  await db.destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

async function measure(email: string, password: string): Promise<{ hashes: number; queries: number; in: boolean }> {
  work.hashes = 0;
  work.queries = 0;
  const user = await checkPassword(email, password, '192.0.2.1');
  return { hashes: work.hashes, queries: work.queries, in: user !== undefined };
}

it('does the same work for every e-mail that does not get in, so that time tells nobody who has an account', async () => {
  const create = (name: string, password?: string) =>
    identity.users.create({ email: `${name}@example.org`, name, password });
  await create('plain', good);
  await create('sso-only');
  const { id: disabled } = await create('disabled', good);
  await identity.users.update(disabled, { disabled: true });
  const service = (await identity.serviceAccounts.create({ name: 'ci-runner' })).email;
  const factored = await create('factored', good);
  const session = await identity.sessions.create(factored.id, { headers: {}, address: '192.0.2.1' });
  const { secret, ticket } = identity.secondFactors.beginTotp(factored);
  const code = totpCode(secret, Date.now());
  await identity.secondFactors.finishTotp(factored.id, session.id, { ticket, code, name: 'Phone' });

  const refused = { hashes: 1, queries: 3, in: false };
  expect(await measure('plain@example.org', good)).toEqual({ ...refused, in: true });
  for (const [email, password] of [
    ['nobody@example.org', good],
    ['plain@example.org', 'a bad password'],
    ['factored@example.org', 'a bad password'],
    ['sso-only@example.org', good],
    ['disabled@example.org', good],
    [service, good],
    ['no address at all', good],
  ] as const) {
    expect(await measure(email, password), email).toEqual(refused);
  }
  const root = await identity.users.byEmail('root@example.org');
  await identity.signInPolicy.update({ passwords: 'listed', breakGlass: [root?.id ?? ''] });
  expect(await measure('plain@example.org', good)).toEqual(refused);
  expect(await measure('nobody@example.org', good)).toEqual(refused);
});
