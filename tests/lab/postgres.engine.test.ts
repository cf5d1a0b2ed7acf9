import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { startPostgres } from './postgres.ts';

test('a private Postgres gives empty databases and leaves nothing behind', async () => {
  const postgres = await startPostgres();
  const dir = new URL(postgres.url).searchParams.get('host') ?? '';
  for (const url of [postgres.url, await postgres.database()]) {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(
      "select count(*)::int as n from information_schema.tables where table_schema = 'public'",
    );
    expect(rows).toEqual([{ n: 0 }]);
    await client.end();
  }
  await postgres.stop();
  expect(existsSync(dir)).toBe(false);
});
