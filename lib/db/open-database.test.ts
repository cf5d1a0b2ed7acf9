import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { migrations } from './migrations/index.ts';
import { openDatabase, sqliteHandle } from './open-database.ts';

const root = mkdtempSync(join(tmpdir(), 'pilothouse-db-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the embedded database', () => {
  it('makes its folder, keeps its file to its owner, and is durable', async () => {
    const dataDir = join(root, 'deep', 'data');
    const db = await openDatabase({ dataDir });
    expect(statSync(join(dataDir, 'pilothouse.sqlite')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const handle = sqliteHandle(db);
    expect(handle?.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(handle?.pragma('synchronous', { simple: true })).toBe(2);
    expect(handle?.pragma('busy_timeout', { simple: true })).toBe(5000);
    await db.destroy();
  });

  it('keeps what was stored over a second opening, which migrates nothing twice', async () => {
    const dataDir = join(root, 'twice');
    const first = await openDatabase({ dataDir });
    await first.insertInto('settings').values({ key: 'a', value: 'b' }).execute();
    await first.destroy();
    const second = await openDatabase({ dataDir });
    expect(await second.selectFrom('settings').select('value').where('key', '=', 'a').execute()).toEqual([
      { value: 'b' },
    ]);
    await second.destroy();
  });

  it('removes sessions, tokens and aliases with what they belong to', async () => {
    const db = await openDatabase({ dataDir: join(root, 'cascade') });
    await db
      .insertInto('users')
      .values({
        id: 'u',
        email: 'a@b.c',
        name: 'A',
        password_hash: null,
        disabled: 0,
        created_at: 1,
        last_seen_at: null,
      })
      .execute();
    await db
      .insertInto('sessions')
      .values({ id: 's', user_id: 'u', created_at: 1, last_seen_at: 1, expires_at: 2, user_agent: '', address: '' })
      .execute();
    await db.deleteFrom('users').where('id', '=', 'u').execute();
    expect(await db.selectFrom('sessions').selectAll().execute()).toEqual([]);
    await db.destroy();
  });

  it('names the folder that it can not use', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    await expect(openDatabase({ dataDir: join(file, 'data') })).rejects.toThrow(/PILOTHOUSE_DATA names .*a-file.*data/);
  });

  it('says so when the file is no database', async () => {
    const dataDir = mkdtempSync(join(root, 'broken-'));
    writeFileSync(join(dataDir, 'pilothouse.sqlite'), 'this is no database, only a few words that stand in its place');
    await expect(openDatabase({ dataDir })).rejects.toThrow(/pilothouse\.sqlite can't be .*not a database/);
  });

  it('lets two processes that start at once on an empty folder both succeed', async () => {
    const dataDir = join(root, 'race');
    const script = `import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, 'open-database.ts'))};
      await (await openDatabase({ dataDir: ${JSON.stringify(dataDir)} })).destroy();`;
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    await Promise.all([run(), run(), run()]);
    const db = await openDatabase({ dataDir });
    expect((await sql<{ n: number }>`select count(*) as n from kysely_migration`.execute(db)).rows[0]?.n).toBe(
      Object.keys(migrations).length,
    );
    await db.destroy();
  });
});

describe('a Postgres database', () => {
  it('that does not answer is named without its password', async () => {
    const opening = openDatabase({ databaseUrl: 'postgres://ann:pa55word@127.0.0.1:1/console', dataDir: root });
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:1\/console can't be used/);
    await expect(opening).rejects.not.toThrow(/pa55word/);
  });
});
