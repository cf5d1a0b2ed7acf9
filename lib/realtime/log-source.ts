import { setTimeout as delay } from 'node:timers/promises';
import type { Admission } from '#lib/gateway/types.ts';
import { isAppError } from '#lib/shared/errors.ts';
import type { LogLine } from '#lib/shared/realtime.ts';
import type { Follows, Membership } from './log-follow.ts';
import { createLogJoin } from './log-join.ts';
import { highWaterBytes, type LogMerge, lineBytes, ringBytes } from './log-merge.ts';
import { toEngineTime } from './log-parser.ts';
import { type LogQuery, readLog } from './log-read.ts';

const placeMs = 150;
const unfinishedMs = 50;
const unfinishedTriesMax = 40;

type Seam = (lines: readonly LogLine[]) => readonly LogLine[];

export interface SourceInput {
  index: number;
  admission: Admission;
  query: LogQuery;
  merge: LogMerge;
  /** Absent: history alone. */
  follows?: Follows;
  signal: AbortSignal;
}

export interface LogSource {
  /** Resolves when nothing more will come; `error` when that was not the log's own end. */
  ended: Promise<{ code: 'done' | 'not-found' | 'conflict'; message: string }>;
  /** The viewer has taken something. */
  taken(): void;
  stop(): void;
}

/**
 * Brings one container's log to one viewer: its history by a reading of the viewer's own, as slow as the viewer, then
 * what the shared follow brings. Both overlap, and the join passes every line once.
 */
export function startLogSource(input: SourceInput): LogSource {
  const { index, merge, query, admission } = input;
  const abort = new AbortController();
  const signal = AbortSignal.any([input.signal, abort.signal]);
  const ended = Promise.withResolvers<Awaited<LogSource['ended']>>();
  const join = createLogJoin();
  const ahead = createAhead();
  let membership: Membership | undefined;
  let live: Seam | undefined;

  function finish(code: 'done' | 'not-found' | 'conflict', message: string): void {
    membership?.leave();
    merge.finish(index);
    abort.abort();
    ended.resolve({ code, message });
  }

  if (input.follows) {
    membership = input.follows.join(query, {
      admission,
      lines: (lines) => (live ? merge.push(index, live(lines), true) : ahead.push(lines)),
      notice: (text) => merge.notice(index, text),
      ended: (code, message) => finish(code, message),
      full: () => (live ? merge.waitingBytes(index) >= highWaterBytes : ahead.bytes >= ringBytes / 2),
    });
  }

  async function readHistory(part: LogQuery, pass: Seam, on: Parameters<typeof readLog>[4]): Promise<void> {
    for await (const lines of readLog(admission, part, signal, index, on)) {
      await show(pass(lines), part.tail === 1 && query.tail === 0);
      if (signal.aborted) return;
    }
  }

  async function show(lines: readonly LogLine[], hidden: boolean): Promise<void> {
    join.saw(lines);
    merge.reached(index, join.lastTime);
    if (hidden) return;
    await merge.room(index);
    merge.push(index, lines, false);
  }

  async function run(follow: Membership | undefined): Promise<void> {
    // A log with anything in it is placed within a moment; an empty one when its first line comes, maybe never.
    if (follow && !follow.isPlaced) await Promise.race([follow.placed, delay(placeMs)]);
    let part: LogQuery = input.follows ? { ...query, tail: Math.max(query.tail ?? 0, 1) } : query;
    let seam: Seam = (lines) => lines;
    let unfinishedTries = 0;
    while (!signal.aborted) {
      const overlaps = follow?.isPlaced ?? true;
      let unfinished: readonly LogLine[] = [];
      const hold = (lines: LogLine[]) => {
        unfinished = seam(lines);
      };
      const failed = await readHistory(part, seam, follow ? { unfinished: hold } : {}).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      if (signal.aborted) return;
      if (failed) {
        if (!follow || !isPassing(failed.error)) throw failed.error;
        // The engine went away in the middle: what is missing is read when the follow has found it again.
        await follow.reopened();
      } else if (unfinished.length > 0 && unfinishedTries++ < unfinishedTriesMax) {
        // The log ends in the middle of a long line that is just being written.
        await delay(unfinishedMs);
      } else {
        await show(unfinished, false);
        if (!overlaps) await follow?.placed;
        else if (!ahead.overflowed) break;
      }
      // Once more, from where this reading ended.
      ahead.clear();
      seam = join.seam();
      const since = join.lastTime ? toEngineTime(join.lastTime, -1000) : query.since;
      part = { ...query, tail: undefined, since };
    }
    if (!follow) return finish('done', 'The end of the log.');
    live = join.seam();
    merge.goLive(index);
    for (const lines of ahead.take()) merge.push(index, live(lines), true);
  }

  run(membership).catch((error: unknown) => {
    if (!signal.aborted) finish('conflict', error instanceof Error ? error.message : String(error));
  });
  return {
    ended: ended.promise,
    taken: () => membership?.resume(),
    stop: () => finish('done', ''),
  };
}

function isPassing(error: unknown): boolean {
  return !isAppError(error) || ['engine-unreachable', 'engine-timeout', 'unavailable'].includes(error.code);
}

/** What the follow brings while the history is still being read; forgotten when it is too much (it is read instead). */
function createAhead() {
  let batches: (readonly LogLine[])[] = [];
  let bytes = 0;
  let overflowed = false;
  return {
    push(lines: readonly LogLine[]) {
      if (overflowed) return;
      batches.push(lines);
      for (const line of lines) bytes += lineBytes(line);
      if (bytes <= ringBytes) return;
      overflowed = true;
      batches = [];
      bytes = 0;
    },
    take: () => batches.splice(0),
    clear() {
      batches = [];
      bytes = 0;
      overflowed = false;
    },
    get bytes() {
      return bytes;
    },
    get overflowed() {
      return overflowed;
    },
  };
}
