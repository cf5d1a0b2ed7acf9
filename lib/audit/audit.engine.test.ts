import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { type LabPostgres, startPostgres } from '#tests/lab/postgres.ts';
import { must } from '#tests/lab/run.ts';
import { describeAudit } from './audit.contract.ts';
import { describeChain } from './chain.contract.ts';
import { openAudit } from './open-audit.ts';
import type { AuditBegin } from './types.ts';

let postgres: LabPostgres | undefined;
afterAll(() => postgres?.stop());

describeAudit('the trail on Postgres', async () => {
  postgres ??= await startPostgres();
  return openDatabase({ databaseUrl: await postgres.database(), dataDir: tmpdir() });
});

describeChain('the chain on Postgres', async () => {
  postgres ??= await startPostgres();
  return openDatabase({ databaseUrl: await postgres.database(), dataDir: tmpdir() });
});

describe('the trail on a full disk', () => {
  it('uses its reserve, so that the prune which makes room can still be recorded', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-full-'));
    await must('mount', ['-t', 'tmpfs', '-o', 'size=96m,mode=700', 'none', dataDir]);
    const db = await openDatabase({ dataDir });
    try {
      const audit = await openAudit({ db, reserveDir: dataDir });
      // Fills what is left to the last block, beside the reserve.
      expect(() => writeFileSync(join(dataDir, 'filler'), Buffer.alloc(100 * 1024 * 1024))).toThrow(/ENOSPC/);
      const record: AuditBegin = { principal: { kind: 'anonymous' }, operation: 'container.prune', targets: [] };
      for (let i = 0; i < 200; i++) {
        const id = await audit.begin({ ...record, params: { i, note: 'x'.repeat(1000) } });
        await audit.end(id, { outcome: 'done', durationMs: 1 });
      }
      expect((await audit.query({ limit: 1000 })).records).toHaveLength(200);
      await audit.stop();
    } finally {
      await db.destroy();
      await must('umount', [dataDir]);
      rmSync(dataDir, { recursive: true });
    }
  });
});
