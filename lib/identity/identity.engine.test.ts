import { tmpdir } from 'node:os';
import { afterAll } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { type LabPostgres, startPostgres } from '#tests/lab/postgres.ts';
import { describeIdentity, describeSetup } from './identity.contract.ts';

let postgres: LabPostgres | undefined;
afterAll(() => postgres?.stop());

async function prepare() {
  postgres ??= await startPostgres();
  const databaseUrl = await postgres.database();
  return () => openDatabase({ databaseUrl, dataDir: tmpdir() });
}

describeIdentity('identity on Postgres', prepare);
describeSetup('setup on Postgres', prepare);
