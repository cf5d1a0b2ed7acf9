import type { Database } from '#lib/db/open-database.ts';
import type { AuditRow } from './audit-row.ts';
import {
  type AuditBlockEntry,
  type ChainAnchor,
  type ChainPoint,
  digestPart,
  genesisHash,
  linkHash,
  parseEntries,
  unsealAnchor,
  unsealHead,
} from './chain.ts';

/** One thing that is wrong with the trail. */
export interface ChainProblem {
  kind: 'changed' | 'missing' | 'inserted' | 'chain' | 'cut-off';
  /** The record, where it is one's. */
  id?: string;
  message: string;
}

export interface ChainReport {
  problems: ChainProblem[];
  /** More were found than are listed. */
  more: number;
  records: number;
  blocks: number;
  /** The end of the chain, to be compared with what a sink has kept. */
  head?: ChainPoint;
  /** What can't be checked, and why; no fault by itself. */
  notes: string[];
}

export interface VerifyOptions {
  db: Database;
  key: Buffer;
  /** Heads kept elsewhere (the data folder's file, a sink): the chain must contain them. */
  known?: { from: string; point: ChainPoint }[];
}

const blocksPage = 200;
const rowsPage = 2000;
const idsPage = 500;
const problemsMax = 200;

/**
 * Checks the whole trail: every block follows from the one before, every record is as its block says, none is missing
 * and none is there that no block tells of. Holds the ids of the records in memory, nothing else of them.
 */
export async function verifyChain({ db, key, known = [] }: VerifyOptions): Promise<ChainReport> {
  const report: ChainReport = { problems: [], more: 0, records: 0, blocks: 0, notes: [] };
  const add = (problem: ChainProblem) => {
    if (report.problems.length < problemsMax) report.problems.push(problem);
    else report.more++;
  };
  // The end is read first: what is recorded while we look follows it and is left out.
  const sealed = new Map(
    (await db.selectFrom('audit_chain').selectAll().execute()).map(({ kind, value }) => [kind, value]),
  );
  const ends = readEnds(key, sealed);
  if ('problem' in ends) {
    if (ends.problem) add({ kind: 'chain', message: ends.problem });
    else await checkEmpty(db, known, add);
    return report;
  }
  const { head, anchor } = ends;
  report.head = head;
  for (const { at, below, why } of anchor.begun) {
    if (below)
      report.notes.push(`begun anew at ${new Date(at).toISOString()} (${why}): older records can't be checked`);
  }
  const seen = await walkBlocks({ db, key, head, anchor, known, add, report });
  await walkRecords({ db, seen, anchor, add, report });
  return report;
}

type Add = (problem: ChainProblem) => void;

function readEnds(
  key: Buffer,
  sealed: Map<string, string>,
): { head: ChainPoint; anchor: ChainAnchor } | { problem: string | undefined } {
  const headText = sealed.get('head');
  if (!headText && !sealed.has('anchor')) return { problem: undefined };
  const head = unsealHead(key, headText ?? '');
  const anchor = unsealAnchor(key, sealed.get('anchor') ?? '');
  if (head.state === 'ok' && anchor.state === 'ok') return { head: head.value, anchor: anchor.value };
  if (head.state === 'foreign') {
    return { problem: 'The chain was made under another secret than the one given now.' };
  }
  const which = head.state === 'ok' ? 'oldest end (the anchor)' : 'newest end (the head)';
  return { problem: `What is kept of the chain's ${which} was changed or is missing.` };
}

async function checkEmpty(db: Database, known: VerifyOptions['known'] = [], add: Add): Promise<void> {
  for (const { from, point } of known) {
    add({ kind: 'cut-off', message: `The chain is gone; ${from} knows it up to block ${point.seq}.` });
  }
  const block = await db.selectFrom('audit_blocks').select('seq').limit(1).executeTakeFirst();
  if (block) add({ kind: 'chain', message: 'There are blocks, but nothing that says where the chain ends.' });
}

interface Walk {
  db: Database;
  key: Buffer;
  head: ChainPoint;
  anchor: ChainAnchor;
  known: NonNullable<VerifyOptions['known']>;
  add: Add;
  report: ChainReport;
}

/** The ids that the blocks tell of. */
interface Seen {
  begun: Set<string>;
  /** Ended in the table; the block of that end was not met yet. */
  unproven: Set<string>;
  /** The table has another end than a block said; a later block may say what the table has. */
  differing: Set<string>;
}

async function walkBlocks(walk: Walk): Promise<Seen> {
  const { db, key, head, anchor, known, add, report } = walk;
  const seen: Seen = { begun: new Set(), unproven: new Set(), differing: new Set() };
  const hashes = new Map(known.map(({ point }) => [point.seq, '']));
  let at: ChainPoint = { seq: anchor.seq, hash: anchor.hash };
  if (hashes.has(at.seq)) hashes.set(at.seq, at.hash);
  while (at.seq < head.seq) {
    const blocks = await db
      .selectFrom('audit_blocks')
      .selectAll()
      .where('seq', '>', at.seq)
      .where('seq', '<=', head.seq)
      .orderBy('seq')
      .limit(blocksPage)
      .execute();
    const entries: AuditBlockEntry[] = [];
    for (const block of blocks) {
      if (block.seq !== at.seq + 1) add({ kind: 'chain', message: gap(at.seq + 1, block.seq - 1) });
      else if (linkHash(key, at.hash, block) !== block.hash) {
        add({ kind: 'chain', message: `Block ${block.seq} was changed, or put in another's place.` });
      }
      const parsed = parseEntries(block.entries);
      if (parsed) entries.push(...parsed);
      else add({ kind: 'chain', message: `Block ${block.seq} can't be read.` });
      at = { seq: block.seq, hash: block.hash };
      if (hashes.has(at.seq)) hashes.set(at.seq, at.hash);
      report.blocks++;
    }
    if (blocks.length === 0) {
      add({ kind: 'cut-off', message: `${gap(at.seq + 1, head.seq)} They are the newest.` });
      break;
    }
    await checkEntries(walk, seen, entries);
  }
  if (at.seq === head.seq && at.hash !== head.hash) {
    add({ kind: 'chain', message: `Block ${at.seq} is not the one that the chain ended with.` });
  }
  for (const { from, point } of known) checkKnown(walk, { from, point, found: hashes.get(point.seq) });
  return seen;
}

function checkKnown(
  { head, anchor, add, report }: Walk,
  { from, point, found }: { from: string; point: ChainPoint; found: string | undefined },
): void {
  if (point.seq > head.seq) {
    add({
      kind: 'cut-off',
      message: `The chain ends with block ${head.seq}, but ${from} knows it up to block ${point.seq}.`,
    });
  } else if (point.seq < anchor.seq) {
    report.notes.push(`${from} knows block ${point.seq}, which retention has removed`);
  } else if (found !== point.hash && point.hash !== genesisHash) {
    add({ kind: 'chain', message: `Block ${point.seq} is another than the one that ${from} knows.` });
  }
}

/** Compares the records that these blocks tell of with the table. */
async function checkEntries({ db, key, anchor, add }: Walk, seen: Seen, entries: AuditBlockEntry[]): Promise<void> {
  const rows = new Map<string, AuditRow>();
  const ids = [...new Set(entries.map(([id]) => id))];
  for (let at = 0; at < ids.length; at += idsPage) {
    const found = await db
      .selectFrom('audit')
      .selectAll()
      .where('id', 'in', ids.slice(at, at + idsPage))
      .execute();
    for (const row of found) rows.set(row.id, row);
  }
  for (const [id, part, digest] of entries) {
    const row = rows.get(id);
    if (!row) {
      if (id >= anchor.floor && !(part === 'e' && seen.begun.has(id))) {
        add({ kind: 'missing', id, message: 'This record was taken away.' });
      }
      seen.begun.add(id);
      continue;
    }
    const same = digestPart(key, part, row) === digest;
    if (part === 'b') {
      seen.begun.add(id);
      if (!same) add({ kind: 'changed', id, message: 'Who, what or where is not what was recorded.' });
      if (row.outcome !== 'pending') seen.unproven.add(id);
    } else {
      seen.unproven.delete(id);
      if (same) seen.differing.delete(id);
      else seen.differing.add(id);
    }
  }
}

/** Records that no block tells of, and ends that none proves. */
async function walkRecords(walk: Pick<Walk, 'db' | 'anchor' | 'add' | 'report'> & { seen: Seen }): Promise<void> {
  const { db, seen, anchor, add, report } = walk;
  const uncheckedBelow =
    anchor.begun
      .map(({ below }) => below)
      .sort()
      .at(-1) ?? '';
  // What was begun after the head was read has blocks that were not read.
  const newest = [...seen.begun].reduce((last, id) => (id > last ? id : last), '');
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .select(['id', 'outcome'])
      .where('id', '>', after)
      .where('id', '<=', newest)
      .orderBy('id')
      .limit(rowsPage)
      .execute();
    for (const { id, outcome } of rows) {
      report.records++;
      if (!seen.begun.has(id) && id >= uncheckedBelow) {
        add({ kind: 'inserted', id, message: 'No block of the chain tells of this record.' });
      } else if (seen.differing.has(id)) {
        add({ kind: 'changed', id, message: 'The result is not what was recorded.' });
      } else if (seen.unproven.has(id)) {
        add({ kind: 'changed', id, message: `It is shown as ${outcome}, but no end was recorded.` });
      }
    }
    if (rows.length < rowsPage) break;
    after = rows.at(-1)?.id ?? after;
  }
  await checkNewer(db, newest, add, report);
}

/** A record above all that the chain tells of was put there, unless a block has come for it meanwhile. */
async function checkNewer(db: Database, newest: string, add: Add, report: ChainReport): Promise<void> {
  const { head } = report;
  const rows = await db
    .selectFrom('audit')
    .select('id')
    .where('id', '>', newest)
    .orderBy('id')
    .limit(rowsPage)
    .execute();
  if (rows.length === 0) return;
  const told = new Set<string>();
  const later = await db
    .selectFrom('audit_blocks')
    .select('entries')
    .where('seq', '>', head?.seq ?? 0)
    .limit(rowsPage)
    .execute();
  for (const { entries } of later) for (const [id] of parseEntries(entries) ?? []) told.add(id);
  for (const { id } of rows) {
    if (!told.has(id)) add({ kind: 'inserted', id, message: 'No block of the chain tells of this record.' });
  }
}

function gap(from: number, to: number): string {
  return from === to ? `Block ${from} is missing.` : `Blocks ${from} to ${to} are missing.`;
}
