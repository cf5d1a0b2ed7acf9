import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { readHeadFile } from './head-file.ts';
import { openAudit } from './open-audit.ts';
import { createRetention } from './retention.ts';
import { openTrailKeeper } from './trail-keeper.ts';
import type { Audit, AuditBegin } from './types.ts';
import { verifyChain } from './verify-chain.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-retention-'));
const dayMs = 24 * 3600_000;
const key = Buffer.alloc(32, 3);
const record: AuditBegin = { principal: { kind: 'anonymous' }, operation: 'container.stop', targets: [] };
const done = { outcome: 'done', durationMs: 1 } as const;
let db: Database;
let audit: Audit;
let clock = -10 * dayMs;
const now = () => Date.now() + clock;

beforeAll(async () => {
  db = await openDatabase({ dataDir });
  audit = await openAudit({ db, key, headDir: dataDir, now });
});
afterAll(async () => {
  await audit.stop();
  await db.destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

it('removes records and recordings that are older than wanted, says so in the trail, and leaves the chain whole', async () => {
  await audit.record(record, done);
  const old = { id: '000000001', insert: recordingRow('000000001', 'ended'), chunk: { n: 0, data: '' } };
  await audit.writeRecording(old);
  await audit.writeRecording({ id: '000000002', insert: recordingRow('000000002', 'running') });
  clock = 0;
  const kept = await audit.record(record, done);
  const settings = { retentionDays: null as number | null, recordingDays: null as number | null };
  const retention = createRetention({ db, audit, settings: () => settings, now });
  expect(await retention.run()).toEqual({ records: 0, recordings: 0 });
  Object.assign(settings, { retentionDays: 5, recordingDays: 5 });
  expect(await retention.run()).toEqual({ records: 1, recordings: 1 });
  await retention.stop();
  const { records } = await audit.query({ limit: 10 });
  expect(records.map(({ operation, id, via }) => (id === kept ? 'kept' : `${operation} by ${via}`))).toEqual([
    'console.retention by retention',
    'kept',
  ]);
  expect(records[0]?.params).toMatchObject({ records: 1, recordings: 1 });
  // What still runs is not taken away under its writer.
  expect(await db.selectFrom('recordings').select('id').execute()).toEqual([{ id: '000000002' }]);
  expect(await db.selectFrom('recording_chunks').select('n').execute()).toEqual([]);
  expect((await verifyChain({ db, key })).problems).toEqual([]);
});

it('tells every record to a sink, begin and end, with its place in the chain', async () => {
  const keeper = await openTrailKeeper({ db, audit, secretBox: secretBox('a secret of the test'), dataDir });
  const path = join(dataDir, 'audit', 'trail.jsonl');
  await keeper.update({ sinks: [{ kind: 'file', id: 'f', name: 'File', path }] });
  const id = await audit.begin(record);
  await audit.end(id, done);
  await waitFor('both to be delivered', async () => keeper.sinkStates()[0]?.delivered === 2);
  const lines = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { type: 'record', phase: 'begin', record: { id, outcome: 'pending' } },
    { type: 'record', phase: 'end', record: { id, outcome: 'done' } },
  ]);
  const point = lines[1].chain;
  expect((await verifyChain({ db, key, known: [{ from: 'the sink', point }] })).problems).toEqual([]);
  const forged = { ...point, hash: point.hash.replace(/^./, (first: string) => (first === '0' ? '1' : '0')) };
  expect((await verifyChain({ db, key, known: [{ from: 'the sink', point: forged }] })).problems).toHaveLength(1);
  await keeper.stop();
});

it('notes the end of the chain beside the database', async () => {
  await audit.record(record, done);
  const head = (await verifyChain({ db, key })).head;
  await waitFor('the note', async () => readHeadFile(dataDir)?.seq === head?.seq);
  expect(readHeadFile(dataDir)).toEqual(head);
});

function recordingRow(id: string, state: string) {
  const where = { engine_id: 'e', engine_name: 'e', container_id: 'c', container_name: 'c' };
  const what = { kind: 'exec', command: '[]', tty: 1, cols: 80, rows: 24, state, duration_ms: 0, bytes: 0, chunks: 1 };
  return { id, at: 1, ...where, ...what };
}
