import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { openAudit } from '#lib/audit/open-audit.ts';
import type { Audit, AuditBegin, AuditQuery } from '#lib/audit/types.ts';
import { newId } from '#lib/db/new-id.ts';
import { type Database, openDatabase, sqliteHandle } from '#lib/db/open-database.ts';
import { median, type Row, repeat, runCount } from './numbers.ts';

const perSecond = 2000;
const seconds = 4;
const million = 1_000_000;
const people = 200;
const operations = ['container.stop', 'container.start', 'image.pull', 'exec.start', 'container.remove'];

/** The trail on SQLite: how much it takes, what that costs those who share its process, and a page of a million records. */
export async function measureTrail(): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-bench-trail-'));
  const db = await openDatabase({ dataDir });
  const audit = await openAudit({ db, ownThread: true });
  try {
    const rates = await repeat(runCount, () => measureRate(audit));
    const slower = await repeat(runCount, () => measureSlower(audit));
    fillMillion(db);
    const page = (query: Partial<AuditQuery>) =>
      repeat(runCount, async () => {
        const started = performance.now();
        await audit.query({ limit: 100, ...query });
        return performance.now() - started;
      });
    const under100 = { bar: 'under 100 ms', unit: 'ms', keeps: (value: number) => value < 100 };
    return [
      {
        what: 'the trail: records begun and ended, 64 at once',
        ...{ bar: `${perSecond}/s`, unit: '/s', runs: rates, keeps: (value) => value >= perSecond },
      },
      {
        what: `the trail: what ${perSecond} records/s add to the p99 of a request in the same process`,
        ...{ bar: 'under 2 ms', unit: 'ms', runs: slower, keeps: (value) => value < 2 },
      },
      {
        what: 'a million records: a page of one person’s denials',
        ...under100,
        runs: await page({ userId: 'u7', outcome: 'denied' }),
      },
      {
        what: 'a million records: a page by object and time',
        ...under100,
        runs: await page({ target: 'web-77', fromMs: Date.now() - 3600_000 }),
      },
      {
        what: 'a million records: a page by text that one name has',
        ...under100,
        runs: await page({ text: 'ann-42' }),
      },
    ];
  } finally {
    await audit.stop();
    await db.destroy();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function record(i: number): AuditBegin {
  const n = i % people;
  return {
    principal: {
      kind: 'user',
      ...{ userId: `u${n}`, email: `ann-${n}@example.org`, name: 'Ann', grants: [], address: '10.0.0.1' },
      via: { kind: 'session', id: 's1' },
    },
    operation: 'container.stop',
    ...{ engineId: 'e1', engineName: 'one' },
    targets: [{ kind: 'container', id: `${i}`.padStart(64, '0'), name: `web-${i % 500}`, labels: { app: 'shop' } }],
    params: { t: 10 },
  };
}

async function both(audit: Audit, i: number): Promise<void> {
  const id = await audit.begin(record(i));
  await audit.end(id, { outcome: 'done', status: 204, durationMs: 3 });
}

/** As many as it takes. */
async function measureRate(audit: Audit): Promise<number> {
  const until = performance.now() + seconds * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (performance.now() < until) await both(audit, done++);
    }),
  );
  return done / seconds;
}

/** The p99 of a small request with the trail busy, less that without, alternated. */
async function measureSlower(audit: Audit): Promise<number> {
  const server = createServer((_req, res) => res.end('OK')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      const started = performance.now();
      request({ port, host: '127.0.0.1' }, (res) => res.resume().on('end', () => resolve(performance.now() - started)))
        .on('error', reject)
        .end();
    });
  const p99 = async (work: () => void) => {
    const times: number[] = [];
    for (const until = performance.now() + (seconds * 1000) / 2; performance.now() < until; ) {
      work();
      times.push(await ask());
      await delay(2);
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
  };
  const idle: number[] = [];
  const busy: number[] = [];
  let at = performance.now();
  let i = 0;
  const waiting = new Set<Promise<void>>();
  const load = () => {
    // What is due by the clock, so that the rate holds however long a turn was.
    for (const due = Math.min(at + 100, performance.now()); at < due; at += 1000 / perSecond) {
      const one: Promise<void> = both(audit, i++).finally(() => waiting.delete(one));
      waiting.add(one);
    }
  };
  for (let round = 0; round < 3; round++) {
    idle.push(await p99(() => undefined));
    at = performance.now();
    busy.push(await p99(load));
    await Promise.all(waiting);
  }
  server.close();
  return median(busy) - median(idle);
}

/** A month of a busy house, straight into the tables. */
function fillMillion(db: Database): void {
  const handle = sqliteHandle(db);
  if (!handle) throw new Error('not on SQLite');
  const rows = handle.prepare(
    `insert into audit (id, at, user_id, email, via, address, operation, engine_id, engine_name, targets, target_text, outcome, count)
     values (?, ?, ?, ?, 'session:s', '10.0.0.1', ?, ?, ?, ?, ?, ?, 1)`,
  );
  const targets = handle.prepare('insert into audit_targets (target, audit_id) values (?, ?)');
  const names = handle.prepare('insert or ignore into audit_names (kind, name, ref) values (?, ?, ?)');
  handle.transaction(() => {
    const begun = Date.now();
    for (let i = 0; i < million; i++) {
      const id = newId(begun + Math.floor(i / 1000));
      const [person, engine, name] = [i % people, i % 20, `web-${i % 500}`];
      const email = `ann-${person}@example.org`;
      const operation = operations[i % operations.length] ?? '';
      const json = JSON.stringify([{ kind: 'container', id: name, name }]);
      const outcome = i % 97 === 0 ? 'denied' : 'done';
      rows.run(id, begun, `u${person}`, email, operation, `e${engine}`, `engine-${engine}`, json, name, outcome);
      targets.run(name, id);
      names.run('email', email, `u${person}`);
      names.run('target', name, name);
    }
  })();
}
