import { tmpdir } from 'node:os';
import { afterAll } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { type LabPostgres, startPostgres } from '#tests/lab/postgres.ts';
import { describeOtherProcess } from './other-process.contract.ts';

let postgres: LabPostgres | undefined;
afterAll(() => postgres?.stop());

describeOtherProcess('engines changed elsewhere, on Postgres', async () => {
  postgres ??= await startPostgres();
  const databaseUrl = await postgres.database();
  return () => openDatabase({ databaseUrl, dataDir: tmpdir() });
});
