import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '#lib/db/open-database.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { describeAudit } from './audit.contract.ts';
import { toRow } from './audit-row.ts';
import { describeChain } from './chain.contract.ts';
import { openAudit } from './open-audit.ts';
import { createRowWriter, waitingMax } from './row-writer.ts';
import { createTrailStore } from './trail-store.ts';
import type { AuditBegin } from './types.ts';

// In memory where there is such a place: these tests commit a thousand times.
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pilothouse-audit-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const open = () => openDatabase({ dataDir: mkdtempSync(join(root, 'data-')) });
const record: AuditBegin = { principal: { kind: 'anonymous' }, operation: 'container.stop', targets: [] };

describeAudit('the trail on SQLite', open);
describeChain('the chain on SQLite', open);

describe('a trail that can not be stored', () => {
  async function brokenAudit() {
    const db = await open();
    const audit = await openAudit({ db });
    const breakIt = () => db.schema.alterTable('audit').renameTo('hidden').execute();
    const mend = () => db.schema.alterTable('hidden').renameTo('audit').execute();
    return { db, audit, breakIt, mend };
  }

  it('refuses to begin, keeps nothing of it, and works again when the database does', async () => {
    const { db, audit, breakIt, mend } = await brokenAudit();
    await breakIt();
    await expect(audit.begin(record)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    await expect(audit.record(record, { outcome: 'done', durationMs: 1 })).rejects.toMatchObject({ status: 503 });
    await mend();
    const id = await audit.begin(record);
    await audit.end(id, { outcome: 'done', durationMs: 1 });
    expect((await audit.query({ limit: 10 })).records.map((row) => row.id)).toEqual([id]);
    await audit.stop();
    await db.destroy();
  });

  it('never fails the end of what was begun, and stores it as soon as it can', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { db, audit, breakIt, mend } = await brokenAudit();
      const id = await audit.begin(record);
      await breakIt();
      await audit.end(id, { outcome: 'done', durationMs: 1 });
      await mend();
      expect((await audit.get(id))?.outcome).toBe('pending');
      await vi.advanceTimersByTimeAsync(5000);
      vi.useRealTimers();
      await waitFor('the end to be stored', async () => (await audit.get(id))?.outcome === 'done');
      await audit.stop();
      await db.destroy();
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses more than it can hold with a clear error, and stores what it took', async () => {
    const db: Database = await open();
    const writer = createRowWriter({ store: createTrailStore(db, Buffer.alloc(32)) });
    const results = await Promise.allSettled(
      Array.from({ length: waitingMax + 5 }, (_, i) => writer.store(toRow(`id-${i}`, 1, record), true)),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(5);
    expect(refused.every((result) => /can not keep up/.test(result.reason.message))).toBe(true);
    const { count } = await db
      .selectFrom('audit')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(count).toBe(waitingMax);
    await db.destroy();
  });
});
