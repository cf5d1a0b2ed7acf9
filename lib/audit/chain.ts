import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { AuditRow } from './audit-row.ts';

/**
 * The trail's chain. Every commit writes one block: what it stored of which record, as keyed digests, and an HMAC over
 * that and the block before. Whoever can write to the database but has not the console's secret can change no record,
 * take none away and put none in between without `audit verify` telling it.
 */
export interface AuditBlock {
  /** Counts from 1 without a gap. */
  seq: number;
  /** Milliseconds since 1970. */
  at: number;
  /** `AuditBlockEntry[]` as JSON; kept as text, so that what was hashed is what is read. */
  entries: string;
  hash: string;
}

/** Record id, what of it (`b`: who, what, where, as it began; `e`: how it ended), digest of that. */
export type AuditBlockEntry = readonly [id: string, part: 'b' | 'e', digest: string];

/** Where the chain ends (the last block's number and hash), or after which block it begins. */
export interface ChainPoint {
  seq: number;
  hash: string;
}

/** The oldest end, after retention: the blocks up to `seq` are gone, and records below `floor` may be. */
export interface ChainAnchor extends ChainPoint {
  /** Record ids below it may be gone. */
  floor: string;
  /** Times the chain was begun anew (another secret): records of before `below` can't be checked. */
  begun: { at: number; below: string; why: string }[];
}

export const genesisHash = '0'.repeat(64);

/** The columns of a record that never change, and those that its end writes. */
const parts = {
  b: [
    'id',
    'at',
    'user_id',
    'email',
    'via',
    'address',
    'operation',
    'engine_id',
    'engine_name',
    'targets',
    'target_text',
    'params',
  ],
  e: ['id', 'outcome', 'status', 'reason', 'bytes_in', 'bytes_out', 'duration_ms', 'error', 'count'],
} as const satisfies Record<string, readonly (keyof AuditRow)[]>;

/** The digest of one part of a record as it is (or will be) in the table. 22 characters: 132 bits. */
export function digestPart(key: Buffer, part: 'b' | 'e', row: Partial<AuditRow>): string {
  const values = parts[part].map((column) => {
    const value = row[column];
    // A lone surrogate is stored as U+FFFD by both databases.
    return typeof value === 'string' ? value.toWellFormed() : (value ?? null);
  });
  return createHmac('sha256', key)
    .update(`${part}${JSON.stringify(values)}`)
    .digest('base64url')
    .slice(0, 22);
}

/** The hash that binds a block to the one before. */
export function linkHash(key: Buffer, previousHash: string, block: Omit<AuditBlock, 'hash'>): string {
  return createHmac('sha256', key).update(`${previousHash}\n${block.seq}\n${block.at}\n${block.entries}`).digest('hex');
}

/** The block that follows `head`. */
export function nextBlock(key: Buffer, head: ChainPoint, at: number, entries: readonly AuditBlockEntry[]): AuditBlock {
  const block = { seq: head.seq + 1, at, entries: JSON.stringify(entries) };
  return { ...block, hash: linkHash(key, head.hash, block) };
}

const pointSchema = z.object({ seq: z.number(), hash: z.string() });
const anchorSchema = pointSchema.extend({
  floor: z.string(),
  begun: z.array(z.object({ at: z.number(), below: z.string(), why: z.string() })),
});
const sealedSchema = z.object({ key: z.string(), content: z.string(), mac: z.string() });
const entriesSchema = z.array(z.tuple([z.string(), z.enum(['b', 'e']), z.string()]));

/** A head or an anchor for the table; its MAC keeps an older or invented one from being put there under the key. */
export function seal(key: Buffer, kind: 'head' | 'anchor', value: ChainPoint | ChainAnchor): string {
  const content = JSON.stringify(value);
  return JSON.stringify({ key: keyName(key), content, mac: macOf(key, kind, content) });
}

/** `foreign`: made under another secret. `broken`: not made by us at all. */
export type Unsealed<T> = { state: 'ok'; value: T } | { state: 'foreign' | 'broken' };

export function unsealHead(key: Buffer, text: string): Unsealed<ChainPoint> {
  return unseal(key, 'head', text, pointSchema);
}

export function unsealAnchor(key: Buffer, text: string): Unsealed<ChainAnchor> {
  return unseal(key, 'anchor', text, anchorSchema);
}

/** A block's entries; undefined when they are none. */
export function parseEntries(text: string): AuditBlockEntry[] | undefined {
  try {
    return entriesSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function unseal<T>(key: Buffer, kind: 'head' | 'anchor', text: string, schema: z.ZodType<T>): Unsealed<T> {
  try {
    const sealed = sealedSchema.parse(JSON.parse(text));
    if (sealed.key !== keyName(key)) return { state: 'foreign' };
    const mac = Buffer.from(macOf(key, kind, sealed.content));
    const given = Buffer.from(sealed.mac);
    if (mac.length !== given.length || !timingSafeEqual(mac, given)) return { state: 'broken' };
    return { state: 'ok', value: schema.parse(JSON.parse(sealed.content)) };
  } catch {
    return { state: 'broken' };
  }
}

function macOf(key: Buffer, kind: string, content: string): string {
  return createHmac('sha256', key).update(`${kind}\n${content}`).digest('base64url');
}

/** Tells two keys apart without telling anything of them. */
function keyName(key: Buffer): string {
  return createHash('sha256').update('trail key').update(key).digest('hex').slice(0, 12);
}
