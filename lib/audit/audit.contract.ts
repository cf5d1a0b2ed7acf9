import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#lib/db/open-database.ts';
import { overallMax, perCallerMax } from './denial-fold.ts';
import { openAudit } from './open-audit.ts';
import type { Audit, AuditBegin, AuditQuery } from './types.ts';

const ann: AuditBegin['principal'] = {
  kind: 'user',
  userId: 'u1',
  email: 'ann@example.org',
  name: 'Ann',
  via: { kind: 'session', id: 's1' },
  grants: [],
  address: '10.0.0.1',
};
const bob: AuditBegin['principal'] = {
  ...ann,
  userId: 'u2',
  email: 'bob@example.org',
  via: { kind: 'token', id: 't1', name: 'ci' },
};

function begun(more: Partial<AuditBegin> = {}): AuditBegin {
  const targets = [{ kind: 'container', id: 'c'.repeat(64), name: 'Web-1', labels: { a: 'b' } }];
  return { principal: ann, operation: 'container.stop', engineId: 'e1', engineName: 'one', targets, ...more };
}

/** What the trail guarantees, whichever database lies under it. */
export function describeAudit(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    let db: Database;
    let opened: Audit | undefined;
    /** Only ever forward: ids do not go back when the clock does. */
    let clock = 0;
    const now = () => Date.now() + clock;

    beforeAll(async () => {
      db = await open();
    });
    afterAll(async () => {
      await opened?.stop();
      await db.destroy();
    });

    async function fresh(): Promise<Audit> {
      await db.deleteFrom('audit').execute();
      await db.deleteFrom('audit_targets').execute();
      await db.deleteFrom('audit_counts').execute();
      // Its thread takes a moment to start, so the tests share it; the names that it knows to be stored stay too.
      opened ??= await openAudit({ db, now, ownThread: true });
      return opened;
    }
    const page = async (query: Partial<AuditQuery> = {}) =>
      (await opened?.query({ limit: 100, ...query }))?.records ?? [];

    it('has a record stored when begin resolves, and its end after the work', async () => {
      const audit = await fresh();
      const id = await audit.begin(begun({ params: { t: 10 } }));
      expect(await db.selectFrom('audit').select(['id', 'outcome']).execute()).toEqual([{ id, outcome: 'pending' }]);
      await audit.end(id, { outcome: 'done', status: 204, bytesIn: 1, bytesOut: 2 ** 40, durationMs: 12.4 });
      expect(await audit.get(id)).toEqual({
        id,
        at: expect.any(Number),
        userId: 'u1',
        email: 'ann@example.org',
        via: 'session:s1',
        address: '10.0.0.1',
        operation: 'container.stop',
        engineId: 'e1',
        engineName: 'one',
        targets: begun().targets,
        params: { t: 10 },
        outcome: 'done',
        status: 204,
        bytesIn: 1,
        bytesOut: 2 ** 40,
        durationMs: 12,
        count: 1,
      });
      expect(await audit.get('nothing')).toBeUndefined();
    });

    it('stores many at once, each with its own end, in the order they began', async () => {
      const audit = await fresh();
      const ids = await Promise.all(Array.from({ length: 1200 }, (_, i) => audit.begin(begun({ params: { i } }))));
      await Promise.all(ids.map((id, i) => audit.end(id, { outcome: 'done', status: i, durationMs: 1 })));
      const seen: number[] = [];
      let before: string | undefined;
      for (let more = true; more; ) {
        const result = await audit.query({ limit: 500, before });
        seen.push(...result.records.map((record) => record.status ?? -1));
        before = result.records.at(-1)?.id;
        more = result.more;
      }
      expect(seen).toEqual(Array.from({ length: 1200 }, (_, i) => 1199 - i));
    });

    it('shows what was never ended as unknown after the next start of the console, and not after a command', async () => {
      const audit = await fresh();
      const id = await audit.begin(begun());
      await (await openAudit({ db })).stop();
      expect((await audit.get(id))?.outcome).toBe('pending');
      await (await openAudit({ db, recover: true })).stop();
      expect((await audit.get(id))?.outcome).toBe('unknown');
      // The end that comes late all the same (another console on the same database) is the truth.
      await audit.end(id, { outcome: 'done', durationMs: 1 });
      expect((await audit.get(id))?.outcome).toBe('done');
    });

    it('folds equal denials within a minute, with their number, and no others', async () => {
      const audit = await fresh();
      const denied = { outcome: 'denied', status: 403, reason: 'no grant', durationMs: 1 } as const;
      const id = await audit.record(begun(), denied);
      for (let i = 0; i < 9; i++) expect(await audit.record(begun(), denied)).toBe(id);
      const others = [
        await audit.record(begun({ principal: bob }), denied),
        await audit.record(begun({ operation: 'container.kill' }), denied),
        await audit.record(begun({ targets: [] }), denied),
        await audit.record(begun(), { ...denied, reason: 'another reason' }),
        await audit.record(begun(), { outcome: 'done', durationMs: 1 }),
        await audit.record(begun(), { outcome: 'done', durationMs: 1 }),
      ];
      expect(new Set([id, ...others]).size).toBe(7);
      expect((await audit.get(id))?.count).toBe(10);
      clock += 60_000;
      expect(await audit.record(begun(), denied)).not.toBe(id);
    });

    it('keeps a flood of refusals that all differ from filling the trail, of one caller and of many', async () => {
      const audit = await fresh();
      clock += 120_000;
      const refuse = (i: number, address: string, outcome: 'denied' | 'failed') =>
        audit.record(
          {
            principal: { kind: 'anonymous', address },
            operation: 'container.kill',
            targets: [{ kind: 'container', id: `c${i}`, name: `c${i}` }],
          },
          { outcome, status: 403, [outcome === 'denied' ? 'reason' : 'error']: `no ${i}`, durationMs: 1 },
        );
      await Promise.all(Array.from({ length: 2000 }, (_, i) => refuse(i, '10.9.9.9', i % 2 ? 'denied' : 'failed')));
      const one = await page({ limit: 1000 });
      expect(one.length).toBe(perCallerMax + 2);
      expect(one.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
      expect(one[0]).toMatchObject({ targets: [], reason: expect.stringContaining('counted here') });
      await Promise.all(Array.from({ length: 2000 }, (_, i) => refuse(i, `10.8.${i >> 8}.${i % 256}`, 'denied')));
      const { count } = await db
        .selectFrom('audit')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      expect(Number(count)).toBe(overallMax + 3);
      clock += 120_000;
    });

    it('counts reads per person, operation and engine, over several writes', async () => {
      const audit = await fresh();
      const range = { fromMs: now() - 120_000, toMs: now() + 120_000 };
      for (let i = 0; i < 5; i++) audit.count(begun({ operation: 'container.list', targets: [] }));
      expect(await audit.counts(range)).toEqual([
        { email: 'ann@example.org', operation: 'container.list', engineName: 'one', count: 5 },
      ]);
      audit.count(begun({ operation: 'container.list' }));
      audit.count(begun({ operation: 'container.list', principal: bob }));
      expect(await audit.counts(range)).toEqual([
        { email: 'ann@example.org', operation: 'container.list', engineName: 'one', count: 6 },
        { email: 'bob@example.org', operation: 'container.list', engineName: 'one', count: 1 },
      ]);
      expect(await audit.counts({ fromMs: 0, toMs: 1 })).toEqual([]);
      expect(await page()).toEqual([]);
    });

    it('does not lose counts and ends at a stop', async () => {
      const audit = await fresh();
      const id = await audit.begin(begun());
      audit.count(begun({ operation: 'container.list' }));
      void audit.end(id, { outcome: 'done', durationMs: 1 });
      await audit.stop();
      opened = undefined;
      expect(await db.selectFrom('audit').select('outcome').execute()).toEqual([{ outcome: 'done' }]);
      expect(await db.selectFrom('audit_counts').select('count').execute()).toEqual([{ count: 1 }]);
    });

    it('finds by person, operation, engine, outcome, object, time and text, alone and together', async () => {
      const audit = await fresh();
      const other = { kind: 'image', id: 'sha256:1', name: 'shop/100%_api:1' };
      await audit.record(begun(), { outcome: 'done', durationMs: 1 });
      clock += 1000;
      const middle = now();
      await audit.record(begun({ principal: bob, engineId: 'e2', engineName: 'two' }), {
        outcome: 'failed',
        durationMs: 1,
      });
      clock += 1000;
      await audit.record(begun({ operation: 'image.pull', targets: [other] }), { outcome: 'done', durationMs: 1 });
      const found = async (query: Partial<AuditQuery>) =>
        (await page(query)).map((record) => `${record.email?.[0]}:${record.operation}`);
      const [pull, bobs, anns] = ['a:image.pull', 'b:container.stop', 'a:container.stop'];
      expect(await found({})).toEqual([pull, bobs, anns]);
      expect(await found({ userId: 'u1' })).toEqual([pull, anns]);
      expect(await found({ operation: 'container.stop' })).toEqual([bobs, anns]);
      expect(await found({ engineId: 'e2' })).toEqual([bobs]);
      expect(await found({ outcome: 'failed' })).toEqual([bobs]);
      expect(await found({ target: 'c'.repeat(64) })).toEqual([bobs, anns]);
      expect(await found({ target: 'web-1', engineId: 'e1' })).toEqual([anns]);
      expect(await found({ target: 'Web-1', userId: 'u2' })).toEqual([bobs]);
      expect(await found({ target: 'web' })).toEqual([]);
      expect(await found({ target: 'sha256:1', alias: 'Web-1' })).toEqual([pull, bobs, anns]);
      expect(await found({ fromMs: middle })).toEqual([pull, bobs]);
      expect(await found({ toMs: middle })).toEqual([anns]);
      expect(await found({ text: 'WEB-' })).toEqual([bobs, anns]);
      expect(await found({ text: 'bob@' })).toEqual([bobs]);
      expect(await found({ text: 'image.pu' })).toEqual([pull]);
      expect(await found({ text: '100%_' })).toEqual([pull]);
      expect(await found({ text: '1%_' })).toEqual([]);
      expect(await found({ text: 'two', userId: 'u1' })).toEqual([]);
      expect(await found({ userId: 'u1', operation: 'image.pull', outcome: 'done', text: 'shop' })).toEqual([pull]);
    });

    it('keeps an oversized description from filling the disk', async () => {
      const audit = await fresh();
      const targets = Array.from({ length: 500 }, (_, i) => ({
        kind: 'container',
        id: `${i}`.repeat(600),
        name: 'x'.repeat(5000),
        labels: { big: 'y'.repeat(10_000) },
      }));
      const id = await audit.begin(begun({ targets, params: { body: 'z'.repeat(1_000_000) } }));
      await audit.end(id, { outcome: 'failed', error: 'e'.repeat(100_000), durationMs: 1 });
      const row = await db.selectFrom('audit').selectAll().executeTakeFirstOrThrow();
      expect(JSON.stringify(row).length).toBeLessThan(300_000);
      expect(await audit.get(id)).toMatchObject({ outcome: 'failed', params: { keys: ['body'] } });
    });

    it('records anonymous attempts and the console itself', async () => {
      const audit = await fresh();
      await audit.record(
        { principal: { kind: 'anonymous', address: '10.0.0.5' }, operation: 'session.sign-in', targets: [] },
        { outcome: 'denied', durationMs: 1 },
      );
      await audit.record(
        { principal: { kind: 'system', purpose: 'bin/pilothouse' }, operation: 'console.users', targets: [] },
        { outcome: 'done', durationMs: 1 },
      );
      expect((await page()).map(({ via, address }) => [via, address])).toEqual([
        ['bin/pilothouse', undefined],
        ['anonymous', '10.0.0.5'],
      ]);
    });
  });
}
