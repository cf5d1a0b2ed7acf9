import type { LogLine, LogsItem } from '#lib/shared/realtime.ts';

/** What a viewer may be behind before lines are skipped, per source. */
export const ringBytes = 4 * 1024 * 1024;
/** More than this waiting, and whoever can wait (a history, the only viewer's follow) does. */
export const highWaterBytes = 256 * 1024;
const reorderMs = 100;
const patienceMs = 2000;
const lineOverheadBytes = 90;

/** Roughly what a line is on the wire. */
export function lineBytes(line: LogLine): number {
  return line.text.length + lineOverheadBytes;
}

interface Batch {
  lines: readonly LogLine[];
  notice?: string;
  bytes: number;
  atMs: number;
  live: boolean;
}

interface Source {
  batches: Batch[];
  /** Index of the next line in the first batch. */
  next: number;
  bytes: number;
  skipped: number;
  phase: 'history' | 'live' | 'ended';
  /** In history: everything up to this time has been pushed. */
  watermark: string;
  activeAtMs: number;
  roomWaiters: (() => void)[];
}

/**
 * The lines of several logs in the order of their times, for one viewer. History is merged exactly: nothing goes out
 * before every source has shown that it has nothing older (one that is silent for two seconds is not waited for).
 * Live lines wait up to 100 ms for older ones of other sources.
 */
export interface LogMerge {
  /** `live` lines are dropped, counted, when the viewer is more than 4 MB behind; history waits (`room`). */
  push(source: number, lines: readonly LogLine[], live: boolean): void;
  notice(source: number, text: string): void;
  /** History has been read up to this time, whether or not lines were pushed. */
  reached(source: number, time: string): void;
  goLive(source: number): void;
  finish(source: number): void;
  /** Resolves when the source has less than the high-water mark waiting. */
  room(source: number): Promise<void>;
  take(bytesMax: number, nowMs: number): { items: LogsItem[]; bytes: number };
  waitingBytes(source?: number): number;
  readonly done: boolean;
  /** Lets everybody who waits for room go on, at the end. */
  close(): void;
}

export function createLogMerge(count: number, onChange: () => void, onRoom: (source: number) => void): LogMerge {
  const sources = Array.from({ length: count }, (): Source => {
    const phase = 'history';
    return {
      batches: [],
      next: 0,
      bytes: 0,
      skipped: 0,
      phase,
      watermark: '',
      activeAtMs: Date.now(),
      roomWaiters: [],
    };
  });
  const at = (index: number): Source => {
    const source = sources[index];
    if (!source) throw new Error(`There is no log source ${index}.`);
    return source;
  };
  let closed = false;

  function makeRoom(index: number, source: Source): void {
    if (source.bytes >= highWaterBytes && !closed) return;
    for (const resolve of source.roomWaiters.splice(0)) resolve();
    onRoom(index);
  }

  /** The source whose next entry is the oldest, unless an older one may still come. */
  function pick(nowMs: number): number {
    if (count === 1) return at(0).batches.length > 0 || at(0).skipped > 0 ? 0 : -1;
    let best = -1;
    let bestTime = '';
    for (const [index, source] of sources.entries()) {
      if (source.batches.length === 0 && source.skipped === 0) continue;
      const time = headTime(source);
      if (best < 0 || time < bestTime) {
        best = index;
        bestTime = time;
      }
    }
    if (best < 0 || bestTime === '') return best;
    const head = at(best).batches[0];
    for (const source of sources) {
      if (source.batches.length > 0) continue;
      if (source.phase === 'history' && source.watermark < bestTime && nowMs - source.activeAtMs < patienceMs)
        return -1;
      if (source.phase === 'live' && head?.live && nowMs - head.atMs < reorderMs) return -1;
    }
    return best;
  }

  function takeOne(index: number, items: LogsItem[]): number {
    const source = at(index);
    if (source.skipped > 0) {
      items.push({ source: index, skipped: source.skipped });
      source.skipped = 0;
      return lineOverheadBytes;
    }
    const batch = source.batches[0];
    if (!batch) return 0;
    if (batch.notice !== undefined) {
      items.push({ source: index, notice: batch.notice });
      source.batches.shift();
      source.bytes -= batch.bytes;
      return batch.bytes;
    }
    const line = batch.lines[source.next];
    source.next += 1;
    if (source.next >= batch.lines.length) {
      source.batches.shift();
      source.next = 0;
    }
    if (!line) return 0;
    const bytes = lineBytes(line);
    source.bytes -= bytes;
    items.push(line.source === index ? line : { ...line, source: index });
    return bytes;
  }

  function dropOldest(source: Source): void {
    while (source.bytes > ringBytes && source.batches.length > 1) {
      const batch = source.batches.shift();
      if (!batch) return;
      // A notice that falls into the gap goes with it; the next ones tell the state.
      for (const line of batch.lines.slice(source.next)) source.bytes -= lineBytes(line);
      if (batch.notice !== undefined) source.bytes -= batch.bytes;
      source.skipped += batch.lines.length - source.next;
      source.next = 0;
    }
  }

  return {
    push(index, lines, live) {
      const source = at(index);
      source.activeAtMs = Date.now();
      if (lines.length === 0) return;
      let bytes = 0;
      for (const line of lines) bytes += lineBytes(line);
      source.batches.push({ lines, bytes, atMs: source.activeAtMs, live });
      source.bytes += bytes;
      if (live) dropOldest(source);
      onChange();
    },
    notice(index, text) {
      const bytes = text.length + lineOverheadBytes;
      at(index).batches.push({ lines: [], notice: text, bytes, atMs: Date.now(), live: true });
      at(index).bytes += bytes;
      dropOldest(at(index));
      onChange();
    },
    reached(index, time) {
      const source = at(index);
      source.activeAtMs = Date.now();
      if (time > source.watermark) source.watermark = time;
    },
    goLive(index) {
      at(index).phase = 'live';
      onChange();
    },
    finish(index) {
      at(index).phase = 'ended';
      onChange();
    },
    room(index) {
      const source = at(index);
      if (source.bytes < highWaterBytes || closed) return Promise.resolve();
      return new Promise((resolve) => source.roomWaiters.push(resolve));
    },
    take(bytesMax, nowMs) {
      const items: LogsItem[] = [];
      const touched = new Set<number>();
      let bytes = 0;
      while (bytes < bytesMax) {
        const index = pick(nowMs);
        if (index < 0) break;
        touched.add(index);
        bytes += takeOne(index, items);
      }
      for (const index of touched) makeRoom(index, at(index));
      return { items, bytes };
    },
    waitingBytes(index) {
      if (index !== undefined) return at(index).bytes;
      return sources.reduce((sum, source) => sum + source.bytes, 0);
    },
    get done() {
      return sources.every((source) => source.phase === 'ended' && source.batches.length === 0 && source.skipped === 0);
    },
    close() {
      closed = true;
      for (const [index, source] of sources.entries()) makeRoom(index, source);
    },
  };
}

function headTime(source: Source): string {
  if (source.skipped > 0) return '';
  const batch = source.batches[0];
  return batch?.notice === undefined ? (batch?.lines[source.next]?.time ?? '') : '';
}
