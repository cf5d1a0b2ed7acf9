import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#lib/db/open-database.ts';
import { genesisHash } from './chain.ts';
import { openAudit } from './open-audit.ts';
import type { Audit, AuditBegin } from './types.ts';
import { type ChainReport, verifyChain } from './verify-chain.ts';

const key = Buffer.alloc(32, 7);
const dayMs = 24 * 3600_000;
const stop: AuditBegin = {
  principal: { kind: 'anonymous' },
  operation: 'container.stop',
  engineId: 'e1',
  engineName: 'one',
  targets: [{ kind: 'container', id: 'c1', name: 'web', labels: { a: 'b' } }],
  params: { t: 10 },
};

/** What `audit verify` finds, whichever database lies under the trail. */
export function describeChain(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    let db: Database | undefined;
    let audit: Audit | undefined;
    let clock = 0;
    const now = () => Date.now() + clock;
    const room = () => {
      if (!db || !audit) throw new Error('not opened');
      return { db, audit };
    };

    beforeEach(async () => {
      db ??= await open();
      for (const table of ['audit', 'audit_targets', 'audit_blocks', 'audit_chain'] as const) {
        await db.deleteFrom(table).execute();
      }
      await sql`insert into audit_chain (kind, value) values ('head', '')`.execute(db);
      // One for all: each has a thread of its own, which takes a moment to start.
      audit ??= await openAudit({ db, key, now, ownThread: true });
    });
    afterAll(async () => {
      await audit?.stop();
      await db?.destroy();
    });

    const verify = (known: { seq: number; hash: string }[] = []): Promise<ChainReport> =>
      verifyChain({ db: room().db, key, known: known.map((point) => ({ from: 'the file', point })) });
    const kinds = async (known?: { seq: number; hash: string }[]) =>
      (await verify(known)).problems.map(({ kind }) => kind);

    /** Records that are over, one after another, so that each has blocks of its own. */
    async function fill(count = 4): Promise<string[]> {
      const ids: string[] = [];
      for (let i = 0; i < count; i++) {
        const id = await room().audit.begin({ ...stop, params: { i, odd: '\ud800 \u0000 é' } });
        await room().audit.end(id, { outcome: 'done', status: 204, durationMs: i });
        ids.push(id);
      }
      return ids;
    }
    const third = (ids: string[]) => ids[2] ?? '';

    it('finds nothing in an untouched trail, empty or not, with folds, open records and restarts', async () => {
      expect(await verify()).toMatchObject({ problems: [], records: 0 });
      await fill(3);
      await room().audit.begin(stop);
      for (let i = 0; i < 3; i++) {
        await room().audit.record(stop, { outcome: 'denied', reason: 'no grant', durationMs: 1 });
      }
      expect(await verify()).toMatchObject({ problems: [], records: 5 });
      const again = await openAudit({ db: room().db, key, recover: true });
      await again.record(stop, { outcome: 'done', durationMs: 1 });
      await again.stop();
      expect(await verify()).toMatchObject({ problems: [], notes: [], records: 6 });
    });

    it.each([
      ['who', { email: 'eve@example.org' }],
      ['what', { operation: 'container.list' }],
      ['when', { at: 1 }],
      ['the parameters', { params: '{}' }],
      ['the targets', { targets: '[]' }],
      ['the result', { outcome: 'failed' }],
      ['the number of folded refusals', { count: 2 }],
      ['an end back to none', { duration_ms: null }],
    ])('finds a record in which %s was changed', async (_, change) => {
      const id = third(await fill());
      await room().db.updateTable('audit').set(change).where('id', '=', id).execute();
      expect((await verify()).problems).toMatchObject([{ kind: 'changed', id }]);
    });

    it('finds an end that was made up for a record that has none', async () => {
      const id = await room().audit.begin(stop);
      await room().db.updateTable('audit').set({ outcome: 'done' }).where('id', '=', id).execute();
      expect((await verify()).problems).toMatchObject([{ kind: 'changed', id }]);
    });

    it('finds a record that is missing, one that was put in between and one that was put at the end', async () => {
      const ids = await fill();
      const row = await room()
        .db.selectFrom('audit')
        .selectAll()
        .where('id', '=', third(ids))
        .executeTakeFirstOrThrow();
      await room().db.deleteFrom('audit').where('id', '=', row.id).execute();
      expect((await verify()).problems).toMatchObject([{ kind: 'missing', id: row.id }]);
      await room().db.insertInto('audit').values(row).execute();
      for (const [id, forged] of [
        ['in between', `${row.id.slice(0, -1)}~`],
        ['at the end', `${ids.at(-1)?.slice(0, -1)}~`],
      ]) {
        await room()
          .db.insertInto('audit')
          .values({ ...row, id: forged ?? '' })
          .execute();
        expect((await verify()).problems, id).toMatchObject([{ kind: 'inserted', id: forged }]);
        await room()
          .db.deleteFrom('audit')
          .where('id', '=', forged ?? '')
          .execute();
      }
      expect(await kinds()).toEqual([]);
    });

    it('finds blocks that were changed, taken out, swapped or forged without the key', async () => {
      await fill();
      const { db } = room();
      const blocks = await db.selectFrom('audit_blocks').selectAll().orderBy('seq').execute();
      const [, second, other] = blocks;
      if (!second || !other) throw new Error('no blocks');
      await db.updateTable('audit_blocks').set({ entries: other.entries }).where('seq', '=', second.seq).execute();
      expect(await kinds()).toContain('chain');
      await db.updateTable('audit_blocks').set({ entries: second.entries }).where('seq', '=', second.seq).execute();
      await db.deleteFrom('audit_blocks').where('seq', '=', second.seq).execute();
      expect(await kinds()).toContain('chain');
      await db.insertInto('audit_blocks').values(second).execute();
      for (const [one, two] of [
        [second, other],
        [other, second],
      ] as const) {
        const { at, entries, hash } = two;
        await db.updateTable('audit_blocks').set({ at, entries, hash }).where('seq', '=', one.seq).execute();
      }
      expect(await kinds()).toContain('chain');
    });

    it('finds a tail that was cut off, by the head, and by the head kept elsewhere when that was put back too', async () => {
      const ids = await fill(4);
      const { db } = room();
      const earlier = await db
        .selectFrom('audit_chain')
        .selectAll()
        .where('kind', '=', 'head')
        .executeTakeFirstOrThrow();
      const { head: old } = await verify();
      const [last] = await fill(1);
      const { head } = await verify();
      if (!head || !old || !last) throw new Error('no head');
      expect(await kinds([head])).toEqual([]);
      await db.deleteFrom('audit').where('id', '=', last).execute();
      await db.deleteFrom('audit_blocks').where('seq', '>', old.seq).execute();
      expect(await kinds()).toEqual(['cut-off']);
      await db.updateTable('audit_chain').set({ value: earlier.value }).where('kind', '=', 'head').execute();
      expect(await kinds()).toEqual([]);
      expect(await kinds([head])).toEqual(['cut-off']);
      expect(await kinds([{ seq: old.seq, hash: genesisHash.replace('0', '1') }])).toEqual(['chain']);
      // And the trail goes on from a head only if it is its own.
      await db.updateTable('audit_chain').set({ value: 'x' }).where('kind', '=', 'head').execute();
      await expect(room().audit.begin(stop)).rejects.toMatchObject({ status: 503 });
      expect(await kinds()).toEqual(['chain']);
      expect(ids).toHaveLength(4);
    });

    it('is whole after retention has cut the old end, and finds what is taken from the rest', async () => {
      await fill(5);
      const running = await room().audit.begin(stop);
      clock += 3 * dayMs;
      const ids = await fill(5);
      const floor = now() - dayMs;
      for (let done = false; !done; ) ({ done } = await room().audit.cut(floor));
      expect((await room().audit.query({ limit: 100 })).records.map(({ id }) => id)).toEqual([
        ...ids.reverse(),
        running,
      ]);
      const targets = await room().db.selectFrom('audit_targets').select('audit_id').distinct().execute();
      expect(targets).toHaveLength(6);
      expect(await verify()).toMatchObject({ problems: [], records: 6 });
      // What still ran is kept while it runs, through every further cut, and can be ended.
      await room().audit.cut(floor);
      await room().audit.cut(floor + 1);
      expect(await kinds()).toEqual([]);
      await room().audit.end(running, { outcome: 'done', durationMs: 1 });
      expect(await kinds()).toEqual([]);
      for (let done = false; !done; ) ({ done } = await room().audit.cut(floor + 2));
      expect(await verify()).toMatchObject({ problems: [], records: 5 });
      await room().db.deleteFrom('audit').where('id', '=', third(ids)).execute();
      expect((await verify()).problems).toMatchObject([{ kind: 'missing', id: third(ids) }]);
    });

    it('finds old records that were taken away without retention, and an anchor that was moved', async () => {
      const ids = await fill(6);
      const { db } = room();
      await db.deleteFrom('audit').where('id', '<', third(ids)).execute();
      await db.deleteFrom('audit_blocks').where('seq', '<=', 3).execute();
      expect(await kinds()).toContain('chain');
      const { value } = await db
        .selectFrom('audit_chain')
        .selectAll()
        .where('kind', '=', 'anchor')
        .executeTakeFirstOrThrow();
      await db
        .updateTable('audit_chain')
        .set({ value: value.replace('\\"seq\\":0', '\\"seq\\":3') })
        .where('kind', '=', 'anchor')
        .execute();
      expect(await kinds()).toEqual(['chain']);
    });

    it('is one chain when several processes write at once', async () => {
      const { db } = room();
      const other = await openAudit({ db, key, ownThread: true });
      const both = [room().audit, other];
      await Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          const writer = both[i % 2] ?? other;
          const id = await writer.begin(stop);
          await writer.end(id, { outcome: 'done', durationMs: 1 });
        }),
      );
      await other.stop();
      expect(await verify()).toMatchObject({ problems: [], records: 40 });
    });

    it('begins anew under another secret and says from where on it can tell', async () => {
      await fill(2);
      const other = Buffer.alloc(32, 8);
      const replaced = await openAudit({ db: room().db, key: other });
      await replaced.record(stop, { outcome: 'done', durationMs: 1 });
      await replaced.stop();
      const report = await verifyChain({ db: room().db, key: other });
      expect(report).toMatchObject({ problems: [], records: 3, notes: [expect.stringContaining('another secret')] });
      expect((await verify()).problems).toMatchObject([{ kind: 'chain', message: expect.stringContaining('secret') }]);
    });
  });
}
