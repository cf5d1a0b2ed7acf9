import type { Transaction } from 'kysely';
import { timeOfId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { type AuditName, type AuditRow, namesIn, targetKeys } from './audit-row.ts';
import {
  type AuditBlockEntry,
  type ChainAnchor,
  type ChainPoint,
  digestPart,
  genesisHash,
  nextBlock,
  seal,
  unsealAnchor,
  unsealHead,
} from './chain.ts';
import type { RecordingChange } from './recordings/types.ts';

/** A record's state to be stored. `isNew`: nothing of it is stored yet. */
export interface RowState {
  row: AuditRow;
  isNew: boolean;
}

/** Where a cut of the trail stands. */
export interface CutResult {
  records: number;
  /** False: call again, there is more to delete. */
  done: boolean;
}

/** The trail's writing side of one database. Every method is one or more transactions that hold the chain's lock. */
export interface TrailStore {
  /** Stores the states and their block; gives the block's place in the chain. */
  commit(group: readonly RowState[]): Promise<ChainPoint>;
  /** What an earlier run left unended becomes `unknown`; gives those records' ids. */
  recover(): Promise<string[]>;
  /** Deletes a part of the records below this id (with their blocks), oldest first, and moves the anchor. */
  cut(floor: string): Promise<CutResult>;
  /** Stores a part of a recording; beside the chain, since a recording is told to it by its record. */
  writeRecording(change: RecordingChange): Promise<void>;
}

/** Rows of one statement: 21 columns each stay below SQLite's and Postgres's limits of parameters. */
const rowsMax = 500;
/** Rows of one statement for targets and names, two and three columns each. */
const smallRowsMax = 5000;
/** Names that are known to be stored, so that they are not written again with every record. */
const knownNamesMax = 20_000;
/** Of one transaction of a cut, so that no commit waits long for it. */
const cutRowsMax = 1000;
const cutBlocksMax = 500;

/** `now` is for tests. */
export function createTrailStore(db: Database, key: Buffer, now: () => number = Date.now): TrailStore {
  const knownNames = new Set<string>();

  async function commit(group: readonly RowState[]): Promise<ChainPoint> {
    const fresh = group.filter(({ isNew }) => isNew).map(({ row }) => row);
    const names = new Map<string, AuditName>();
    for (const name of fresh.flatMap(namesIn)) {
      const known = `${name.kind}|${name.ref}|${name.name}`;
      if (!knownNames.has(known)) names.set(known, name);
    }
    const entries = group.flatMap((state) => entriesOf(key, state));
    const point = await db.transaction().execute(async (trx) => {
      const head = await lockHead(trx, key, now);
      for (let at = 0; at < group.length; at += rowsMax) await upsert(trx, group.slice(at, at + rowsMax));
      await insertFinders(trx, fresh, [...names.values()]);
      return appendBlock(trx, key, head, now(), entries);
    });
    if (knownNames.size > knownNamesMax) knownNames.clear();
    for (const known of names.keys()) knownNames.add(known);
    return point;
  }

  async function recover(): Promise<string[]> {
    const recovered: string[] = [];
    for (;;) {
      const ids = await db.transaction().execute(async (trx) => {
        const head = await lockHead(trx, key, now);
        const rows = await trx
          .updateTable('audit')
          .set({ outcome: 'unknown' })
          .where('id', 'in', trx.selectFrom('audit').select('id').where('outcome', '=', 'pending').limit(rowsMax))
          .returningAll()
          .execute();
        if (rows.length === 0) return [];
        const entries = rows.map((row): AuditBlockEntry => [row.id, 'e', digestPart(key, 'e', row)]);
        await appendBlock(trx, key, head, now(), entries);
        return rows.map(({ id }) => id);
      });
      if (ids.length === 0) return recovered;
      recovered.push(...ids);
    }
  }

  async function cut(floor: string): Promise<CutResult> {
    return db.transaction().execute(async (trx) => {
      const head = await lockHead(trx, key, now);
      const anchor = await readAnchor(trx, key);
      if (!anchor) throw new Error('the anchor of the chain is not ours; run `audit verify`');
      if (anchor.floor > floor) return { records: 0, done: true };
      const records = await deleteRecords(trx, floor);
      const moved = { ...anchor, floor };
      if (records === cutRowsMax) {
        await writeSealed(trx, 'anchor', seal(key, 'anchor', moved));
        return { records, done: false };
      }
      const point = await deleteBlocks(trx, anchor, await restate(trx, head, floor), floor);
      await writeSealed(trx, 'anchor', seal(key, 'anchor', { ...moved, seq: point.seq, hash: point.hash }));
      const done = point.blocks < cutBlocksMax;
      if (done) await deleteLoose(trx, floor);
      knownNames.clear();
      return { records, done };
    });
  }

  /** What still runs is kept, and stated anew, since the block that tells of its begin goes. Gives the new head. */
  async function restate(trx: Transaction<Tables>, head: ChainPoint, floor: string): Promise<ChainPoint> {
    const rows = await trx.selectFrom('audit').selectAll().where('id', '<', floor).execute();
    if (rows.length === 0) return head;
    const entries = rows.map((row): AuditBlockEntry => [row.id, 'b', digestPart(key, 'b', row)]);
    return appendBlock(trx, key, head, now(), entries);
  }

  async function writeRecording({ id, insert, chunk, update }: RecordingChange): Promise<void> {
    await db.transaction().execute(async (trx) => {
      if (insert) await trx.insertInto('recordings').values(insert).execute();
      if (chunk)
        await trx
          .insertInto('recording_chunks')
          .values({ recording_id: id, ...chunk })
          .execute();
      if (update) await trx.updateTable('recordings').set(update).where('id', '=', id).execute();
    });
  }

  return { commit, recover, cut, writeRecording };
}

function entriesOf(key: Buffer, { row, isNew }: RowState): AuditBlockEntry[] {
  const entries: AuditBlockEntry[] = isNew ? [[row.id, 'b', digestPart(key, 'b', row)]] : [];
  if (row.outcome !== 'pending') entries.push([row.id, 'e', digestPart(key, 'e', row)]);
  return entries;
}

/**
 * Takes the lock that serialises all writers, in other processes too, and gives the chain's end. An update comes first:
 * on SQLite a transaction that reads first may find that it can't write any more.
 */
async function lockHead(trx: Transaction<Tables>, key: Buffer, now: () => number): Promise<ChainPoint> {
  const row = await trx
    .updateTable('audit_chain')
    .set((eb) => ({ value: eb.ref('value') }))
    .where('kind', '=', 'head')
    .returning('value')
    .executeTakeFirst();
  if (row?.value) {
    const head = unsealHead(key, row.value);
    if (head.state === 'ok') return head.value;
    // Nothing more is recorded over a head that somebody else wrote: it would hide what he did.
    if (head.state === 'broken') throw new Error('the head of the chain was changed; run `audit verify`');
  }
  return beginChain(trx, key, now(), row?.value ? 'another secret' : 'first use');
}

/** A chain's first block has the next free number, so that a chain begun anew does not look like a shorter old one. */
async function beginChain(trx: Transaction<Tables>, key: Buffer, at: number, why: string): Promise<ChainPoint> {
  const last = await trx.selectFrom('audit_blocks').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const newest = await trx.selectFrom('audit').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  const point: ChainPoint = { seq: last?.seq ?? 0, hash: genesisHash };
  const before = await trx.selectFrom('audit_chain').select('value').where('kind', '=', 'anchor').executeTakeFirst();
  const below = newest ? `${newest.id}~` : '';
  const begun = [...(before ? begunBefore(before.value) : []), { at, below, why }];
  await writeSealed(trx, 'anchor', seal(key, 'anchor', { ...point, floor: '', begun }));
  await writeSealed(trx, 'head', seal(key, 'head', point));
  return point;
}

/** Of an anchor under another secret, which can be told but not proven. */
function begunBefore(text: string): ChainAnchor['begun'] {
  try {
    const { content } = JSON.parse(text) as { content?: unknown };
    const { begun } = JSON.parse(String(content)) as { begun?: unknown };
    return Array.isArray(begun) ? (begun as ChainAnchor['begun']).slice(-20) : [];
  } catch {
    return [];
  }
}

async function appendBlock(
  trx: Transaction<Tables>,
  key: Buffer,
  head: ChainPoint,
  at: number,
  entries: readonly AuditBlockEntry[],
): Promise<ChainPoint> {
  const block = nextBlock(key, head, at, entries);
  await trx.insertInto('audit_blocks').values(block).execute();
  const point = { seq: block.seq, hash: block.hash };
  await trx
    .updateTable('audit_chain')
    .set({ value: seal(key, 'head', point) })
    .where('kind', '=', 'head')
    .execute();
  return point;
}

async function writeSealed(trx: Transaction<Tables>, kind: 'head' | 'anchor', value: string): Promise<void> {
  await trx
    .insertInto('audit_chain')
    .values({ kind, value })
    .onConflict((conflict) => conflict.column('kind').doUpdateSet({ value }))
    .execute();
}

async function readAnchor(trx: Transaction<Tables>, key: Buffer): Promise<ChainAnchor | undefined> {
  const row = await trx.selectFrom('audit_chain').select('value').where('kind', '=', 'anchor').executeTakeFirst();
  const anchor = row && unsealAnchor(key, row.value);
  return anchor?.state === 'ok' ? anchor.value : undefined;
}

async function deleteRecords(trx: Transaction<Tables>, floor: string): Promise<number> {
  const old = await trx
    .selectFrom('audit')
    .select('id')
    .where('id', '<', floor)
    .where('outcome', '!=', 'pending')
    .orderBy('id')
    .limit(cutRowsMax)
    .execute();
  if (old.length === 0) return 0;
  const ids = old.map(({ id }) => id);
  const rows = await trx.deleteFrom('audit').where('id', 'in', ids).returning(['id', 'targets']).execute();
  const found = rows.flatMap((row) => targetKeys(row).map((target) => ({ target, audit_id: row.id })));
  for (const target of new Set(found.map((one) => one.target))) {
    const of = found.filter((one) => one.target === target).map((one) => one.audit_id);
    await trx.deleteFrom('audit_targets').where('target', '=', target).where('audit_id', 'in', of).execute();
  }
  return rows.length;
}

/** Blocks that tell of nothing but records below the floor, from the oldest on, up to the first that tells more. */
async function deleteBlocks(trx: Transaction<Tables>, anchor: ChainPoint, head: ChainPoint, floor: string) {
  const blocks = await trx
    .selectFrom('audit_blocks')
    .selectAll()
    .where('seq', '>', anchor.seq)
    .orderBy('seq')
    .limit(cutBlocksMax)
    .execute();
  let last: ChainPoint = anchor;
  let count = 0;
  for (const { seq, hash, entries } of blocks) {
    const parsed: unknown = JSON.parse(entries);
    const isOld = Array.isArray(parsed) && parsed.every((entry) => Array.isArray(entry) && String(entry[0]) < floor);
    // The last block stays: the chain goes on from it.
    if (!isOld || seq === head.seq) break;
    last = { seq, hash };
    count++;
  }
  if (count > 0) await trx.deleteFrom('audit_blocks').where('seq', '<=', last.seq).execute();
  return { ...last, blocks: count };
}

/** Names that no record bears any more, and the counts of reads of that time. */
async function deleteLoose(trx: Transaction<Tables>, floor: string): Promise<void> {
  await trx
    .deleteFrom('audit_names')
    .where('kind', '=', 'target')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('audit_targets').select('target').whereRef('target', '=', 'audit_names.ref'))),
    )
    .execute();
  await trx.deleteFrom('audit_counts').where('minute', '<', timeOfId(floor)).execute();
}

async function upsert(trx: Transaction<Tables>, group: readonly RowState[]): Promise<void> {
  await trx
    .insertInto('audit')
    .values(group.map(({ row }) => row))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        outcome: eb.ref('excluded.outcome'),
        status: eb.ref('excluded.status'),
        reason: eb.ref('excluded.reason'),
        bytes_in: eb.ref('excluded.bytes_in'),
        bytes_out: eb.ref('excluded.bytes_out'),
        duration_ms: eb.ref('excluded.duration_ms'),
        error: eb.ref('excluded.error'),
        count: eb.ref('excluded.count'),
      })),
    )
    .execute();
}

/** What the rows are found by beside their own columns. */
async function insertFinders(trx: Transaction<Tables>, fresh: AuditRow[], names: AuditName[]): Promise<void> {
  const targets = fresh.flatMap((row) => targetKeys(row).map((target) => ({ target, audit_id: row.id })));
  for (let at = 0; at < targets.length; at += smallRowsMax) {
    await trx
      .insertInto('audit_targets')
      .values(targets.slice(at, at + smallRowsMax))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (let at = 0; at < names.length; at += smallRowsMax) {
    await trx
      .insertInto('audit_names')
      .values(names.slice(at, at + smallRowsMax))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
