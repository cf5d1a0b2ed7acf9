import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from './open-database.ts';
import { secretBox } from './secret-box.ts';
import { checkSecret, replaceSecret } from './secret-check.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-secret-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test('a database accepts the secret it was first used with, and another one only after it was replaced', async () => {
  const db = await openDatabase({ dataDir });
  try {
    const right = secretBox('the right secret');
    const other = secretBox('quite another one');
    await checkSecret(db, right);
    await checkSecret(db, right);
    await expect(checkSecret(db, other)).rejects.toThrow('PILOTHOUSE_SECRET');
    await checkSecret(db, right);
    const user = { id: 'u', email: 'a@b.test', name: 'a', password_hash: null, created_at: 1, last_seen_at: null };
    await db
      .insertInto('users')
      .values({ ...user, disabled: 0 })
      .execute();
    const token = { id: 't', user_id: 'u', name: 'ci', hash: 'h', hint: 'phk_1', created_at: 1 };
    await db
      .insertInto('tokens')
      .values({ ...token, expires_at: null, last_used_at: null })
      .execute();
    const factor = { user_id: 'u', name: 'x', public_key: null, details: '{}', counter: 0, created_at: 1 };
    for (const kind of ['totp', 'passkey']) {
      await db
        .insertInto('second_factors')
        .values({ ...factor, id: kind, kind, secret: null, credential_id: kind, last_used_at: null })
        .execute();
    }
    await db.insertInto('recovery_codes').values({ user_id: 'u', hash: 'h' }).execute();
    const provider = { id: 'p', kind: 'oidc', name: 'P', url: 'https://p.test', client_id: 'c', client_secret: 's' };
    await db
      .insertInto('sso_providers')
      .values({ ...provider, options: '{}', enabled: 1, created_at: 1 })
      .execute();
    expect(await replaceSecret(db, other)).toEqual({ tokens: 1, sessions: 0, apps: 1, providers: 1 });
    const left = await db.selectFrom('second_factors').select('kind').execute();
    expect(left).toEqual([{ kind: 'passkey' }]);
    expect(await db.selectFrom('recovery_codes').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('sso_providers').select('enabled').execute()).toEqual([{ enabled: 0 }]);
    await checkSecret(db, other);
    await expect(checkSecret(db, right)).rejects.toThrow('PILOTHOUSE_SECRET');
  } finally {
    await db.destroy();
  }
});
