import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { Database } from '#lib/db/open-database.ts';
import { listRecordings, readLines } from './read-recordings.ts';
import type { RecordingInfo, RecordingQuery } from './types.ts';

export interface RecordingHit {
  recording: RecordingInfo;
  /** Seconds from its begin. */
  seconds: number;
  where: 'typed' | 'shown';
  excerpt: string;
}

export interface RecordingSearch {
  hits: RecordingHit[];
  /** Search on below this id; absent: all was searched. */
  before?: string;
  searched: number;
}

/** Of one recording and of one answer. */
const hitsPerRecording = 5;
const hitsMax = 100;
/** Characters that one answer reads: about two seconds of work. */
const charsMax = 64 * 1024 * 1024;
const pageSize = 50;
const around = 60;
/** Kept of what came before a line, so that what spans lines is found. */
const carryChars = 500;

const lineSchema = z.tuple([z.number(), z.string(), z.string()]);

/**
 * Finds a text, without regard to case, in what was typed and shown, newest recordings first. Stops after some work and
 * says where to go on, so that no search holds the console up.
 */
export async function searchRecordings(
  db: Database,
  query: Omit<RecordingQuery, 'limit'>,
  text: string,
  signal: AbortSignal,
): Promise<RecordingSearch> {
  const wanted = text.toLowerCase();
  const hits: RecordingHit[] = [];
  let { before } = query;
  let chars = 0;
  let searched = 0;
  for (;;) {
    const { recordings, more } = await listRecordings(db, { ...query, before, limit: pageSize });
    for (const recording of recordings) {
      signal.throwIfAborted();
      const found = await searchOne(db, recording, wanted, signal);
      hits.push(...found.hits);
      chars += found.chars;
      searched++;
      before = recording.id;
      if (hits.length >= hitsMax || chars >= charsMax) return { hits, before, searched };
    }
    if (!more) return { hits, searched };
  }
}

async function searchOne(db: Database, recording: RecordingInfo, wanted: string, signal: AbortSignal) {
  const hits: RecordingHit[] = [];
  const carries = { typed: '', shown: '' };
  let chars = 0;
  for await (const text of readLines(db, recording.id)) {
    signal.throwIfAborted();
    chars += text.length;
    for (const line of text.split('\n')) {
      const parsed = parseLine(line);
      if (!parsed || hits.length >= hitsPerRecording) continue;
      const [seconds, kind, raw] = parsed;
      const where = kind === 'i' ? 'typed' : 'shown';
      if (kind !== 'i' && kind !== 'o') continue;
      const plain = kind === 'i' ? typedText(carries.typed, raw) : carries.shown + stripVTControlCharacters(raw);
      const at = plain.toLowerCase().lastIndexOf(wanted);
      if (at >= 0) {
        const excerpt = plain.slice(Math.max(0, at - around), at + wanted.length + around).replace(/\s+/g, ' ');
        hits.push({ recording, seconds, where, excerpt });
      }
      carries[where] = at >= 0 ? plain.slice(at + wanted.length).slice(-carryChars) : plain.slice(-carryChars);
    }
    // Between two chunks others have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { hits, chars };
}

/** What stands on the line after these keys: erased characters are gone, Enter is a blank. */
function typedText(before: string, keys: string): string {
  let text = before;
  for (const key of stripVTControlCharacters(keys)) {
    if (key === '\b' || key === '\u007f') text = text.slice(0, -1);
    else text += key < ' ' ? ' ' : key;
  }
  return text;
}

function parseLine(line: string): [number, string, string] | undefined {
  if (line === '') return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
