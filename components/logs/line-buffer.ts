import type { LogsItem } from '#lib/shared/realtime.ts';
import { stripSgr } from './sgr.ts';

/** One thing in the list: a line, or what stands where lines are missing. Keys rise from top to bottom. */
export interface LogRow {
  key: number;
  source: number;
  kind: 'stdout' | 'stderr' | 'skipped' | 'notice';
  /** The engine's RFC 3339 with nanoseconds; '' for what is not a line. */
  time: string;
  /** With ANSI codes. */
  text: string;
  cutBytes?: number;
  skipped?: number;
  /** Columns of a fixed-width font, about: the height is corrected once the row has been on screen. */
  columns: number;
  /** Pixels; an estimate until measured. */
  height: number;
}

interface Chunk {
  rows: LogRow[];
  height: number;
  bytes: number;
}

export interface LineBufferOptions {
  rowsMax: number;
  bytesMax: number;
  /** Estimated pixels of a row. */
  estimate: (row: LogRow) => number;
}

/**
 * The loaded part of a log. Rows live in chunks that know their height, so that finding a row by its offset, adding at
 * either end and letting the oldest go stay cheap at 100,000 rows and thousands of new ones a second.
 */
export interface LineBuffer {
  readonly size: number;
  readonly height: number;
  readonly bytes: number;
  /** The widest row, in columns, since the last clear. */
  readonly columnsMax: number;
  /** How many rows were let go at the top since the last clear. */
  readonly droppedTop: number;
  /** Adds at the bottom. Chunks at or below `protectKey` are not let go; then `isFull` tells to stop adding. */
  append(items: readonly LogsItem[], protectKey?: number): void;
  /** Adds older lines at the top, newest last. Returns whether rows had to be let go at the bottom for them. */
  prepend(items: readonly LogsItem[]): boolean;
  isFull(protectKey: number | undefined): boolean;
  clear(): void;
  at(index: number): LogRow | undefined;
  slice(from: number, to: number): LogRow[];
  offsetOf(index: number): number;
  indexAt(offset: number): number;
  /** The index of the first row whose key is at least this; `size` when all are smaller. */
  indexOfKey(key: number): number;
  setHeight(index: number, height: number): void;
  /** Estimates every row anew, after a change of width or wrapping. */
  relayout(): void;
}

const chunkRowsMax = 512;
const chunkBytesMax = 512 * 1024;

/** Makes an empty buffer. */
export function createLineBuffer(options: LineBufferOptions): LineBuffer {
  let chunks: Chunk[] = [];
  let size = 0;
  let height = 0;
  let bytes = 0;
  let columnsMax = 0;
  let droppedTop = 0;
  let topKey = 0;
  let bottomKey = 0;

  const makeRow = (item: LogsItem, key: number): LogRow => {
    const row = rowOf(item, key);
    row.height = options.estimate(row);
    columnsMax = Math.max(columnsMax, row.columns);
    return row;
  };
  const count = (chunk: Chunk, sign: 1 | -1) => {
    size += sign * chunk.rows.length;
    height += sign * chunk.height;
    bytes += sign * chunk.bytes;
  };
  const isOver = () => size > options.rowsMax || bytes > options.bytesMax;
  const isGuarded = (chunk: Chunk, key: number | undefined) =>
    key !== undefined && (chunk.rows.at(-1)?.key ?? 0) >= key;
  const locate = (index: number): { chunk: Chunk; at: number; offset: number } | undefined => {
    let left = index;
    let offset = 0;
    for (const chunk of chunks) {
      if (left < chunk.rows.length) return left < 0 ? undefined : { chunk, at: left, offset };
      left -= chunk.rows.length;
      offset += chunk.height;
    }
    return undefined;
  };

  return {
    get size() {
      return size;
    },
    get height() {
      return height;
    },
    get bytes() {
      return bytes;
    },
    get columnsMax() {
      return columnsMax;
    },
    get droppedTop() {
      return droppedTop;
    },
    append(items, protectKey) {
      for (const item of items) {
        const row = makeRow(item, bottomKey++);
        let chunk = chunks.at(-1);
        if (!chunk || chunk.rows.length >= chunkRowsMax || chunk.bytes >= chunkBytesMax) {
          chunk = { rows: [], height: 0, bytes: 0 };
          chunks.push(chunk);
        }
        chunk.rows.push(row);
        const rowBytes = bytesOf(row);
        chunk.height += row.height;
        chunk.bytes += rowBytes;
        size++;
        height += row.height;
        bytes += rowBytes;
      }
      while (isOver() && chunks.length > 1 && chunks[0] && !isGuarded(chunks[0], protectKey)) {
        const gone = chunks.shift();
        if (!gone) break;
        count(gone, -1);
        droppedTop += gone.rows.length;
      }
    },
    prepend(items) {
      const added: Chunk[] = [];
      const keyFrom = topKey - items.length;
      topKey = keyFrom;
      items.forEach((item, i) => {
        const row = makeRow(item, keyFrom + i);
        let chunk = added.at(-1);
        if (!chunk || chunk.rows.length >= chunkRowsMax || chunk.bytes >= chunkBytesMax) {
          chunk = { rows: [], height: 0, bytes: 0 };
          added.push(chunk);
        }
        chunk.rows.push(row);
        chunk.height += row.height;
        chunk.bytes += bytesOf(row);
      });
      for (const chunk of added) count(chunk, 1);
      chunks = [...added, ...chunks];
      droppedTop = Math.max(0, droppedTop - items.length);
      let dropped = false;
      while (isOver() && chunks.length > added.length + 1) {
        const gone = chunks.pop();
        if (!gone) break;
        count(gone, -1);
        dropped = true;
      }
      return dropped;
    },
    isFull: (protectKey) =>
      isOver() && (chunks.length <= 1 || (chunks[0] !== undefined && isGuarded(chunks[0], protectKey))),
    clear() {
      chunks = [];
      size = height = bytes = columnsMax = droppedTop = 0;
      topKey = bottomKey;
    },
    at(index) {
      const found = locate(index);
      return found?.chunk.rows[found.at];
    },
    slice(from, to) {
      const out: LogRow[] = [];
      let start = 0;
      for (const chunk of chunks) {
        const end = start + chunk.rows.length;
        if (start >= to) break;
        if (end > from) out.push(...chunk.rows.slice(Math.max(0, from - start), to - start));
        start = end;
      }
      return out;
    },
    offsetOf(index) {
      const found = locate(index);
      if (!found) return index < 0 ? 0 : height;
      let offset = found.offset;
      for (let i = 0; i < found.at; i++) offset += found.chunk.rows[i]?.height ?? 0;
      return offset;
    },
    indexAt(offset) {
      let index = 0;
      let top = 0;
      for (const chunk of chunks) {
        if (top + chunk.height > offset) {
          for (const row of chunk.rows) {
            top += row.height;
            if (top > offset) return index;
            index++;
          }
        }
        top += chunk.height;
        index += chunk.rows.length;
      }
      return Math.max(0, size - 1);
    },
    indexOfKey(key) {
      let start = 0;
      for (const chunk of chunks) {
        if ((chunk.rows.at(-1)?.key ?? 0) >= key) return start + lowerBound(chunk.rows, key);
        start += chunk.rows.length;
      }
      return size;
    },
    setHeight(index, to) {
      const found = locate(index);
      const row = found?.chunk.rows[found.at];
      if (!found || !row) return;
      height += to - row.height;
      found.chunk.height += to - row.height;
      row.height = to;
    },
    relayout() {
      height = 0;
      for (const chunk of chunks) {
        chunk.height = 0;
        for (const row of chunk.rows) {
          row.height = options.estimate(row);
          chunk.height += row.height;
        }
        height += chunk.height;
      }
    },
  };
}

// A JavaScript string of log text takes one or two bytes a character; the fixed part is the row object itself.
function bytesOf(row: LogRow): number {
  return row.text.length + row.time.length + 96;
}

function rowOf(item: LogsItem, key: number): LogRow {
  if ('skipped' in item)
    return {
      key,
      source: item.source,
      kind: 'skipped',
      time: '',
      text: '',
      skipped: item.skipped,
      columns: 0,
      height: 0,
    };
  if ('notice' in item)
    return {
      key,
      source: item.source,
      kind: 'notice',
      time: '',
      text: item.notice,
      columns: item.notice.length,
      height: 0,
    };
  const row: LogRow = {
    key,
    source: item.source,
    kind: item.stream,
    time: item.time,
    text: item.text,
    columns: columnsOf(item.text),
    height: 0,
  };
  if (item.cutBytes) row.cutBytes = item.cutBytes;
  return row;
}

function columnsOf(text: string): number {
  const plain = text.includes('\x1b') ? stripSgr(text) : text;
  if (!plain.includes('\t')) return plain.length;
  let columns = 0;
  for (let i = 0; i < plain.length; i++) columns += plain.charCodeAt(i) === 9 ? 8 - (columns % 8) : 1;
  return columns;
}

function lowerBound(rows: readonly LogRow[], key: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.key ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
