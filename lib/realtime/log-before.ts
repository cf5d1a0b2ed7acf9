import type { Admission, Door } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import type { LogLine, LogsBefore } from '#lib/shared/realtime.ts';
import { toEngineTime, toFixedTime } from './log-parser.ts';
import { admitLogs, type LogQuery, readLog } from './log-read.ts';

/** Where the last step back of a viewer ended, so that the next one need not look for its place. */
export interface BeforeMemory {
  before: string;
  newer: number;
}

export interface BeforeResult {
  lines: LogLine[];
  more: boolean;
  /** For the next step. */
  memory: BeforeMemory;
}

const slackLines = 256;
/** A reading that would bring more than this beyond what is wanted is broken off and its place looked for instead. */
const surplusMax = 20_000;
const probesMax = 24;

/**
 * One step back in a log: the last `count` lines before a time. The engine applies `tail` before `until`, so what is
 * asked for is a tail that begins just before the wanted lines, cut off at the time. How long that tail must be is
 * known from the viewer or the step before; else it is found by looking at the first line of tails of several lengths,
 * which costs the engine a scan backwards for line ends (a million lines: 0.2 s) and the wire one line.
 */
export async function readBefore(
  door: Door,
  principal: Principal,
  request: LogsBefore,
  memory: BeforeMemory | undefined,
  signal: AbortSignal,
): Promise<BeforeResult> {
  const { stdout, stderr } = request;
  const before = toFixedTime(request.before) ?? request.before;
  const query = { stdout, stderr, until: toEngineTime(before) };
  const admission = await admitLogs(door, principal, request, query, signal);
  let bytesOut = 0;
  try {
    const known = request.newer ?? (memory?.before === before ? memory.newer : 0);
    const result = await step({ admission, query, before, count: request.count, signal }, known);
    for (const line of result.lines) bytesOut += line.text.length;
    return result;
  } finally {
    await admission.end({ outcome: 'done', bytesOut });
  }
}

interface Step {
  admission: Admission;
  query: LogQuery;
  before: string;
  count: number;
  signal: AbortSignal;
}

async function step(look: Step, newer: number): Promise<BeforeResult> {
  const { count, before } = look;
  let tail = newer + count + slackLines;
  let last: { tail: number; found: number } | undefined;
  for (let i = 0; i < probesMax; i++) {
    const read = await readTail(look, tail);
    if (read.surplus) {
      tail = (await locate(look, tail)) ?? tail;
      continue;
    }
    // A longer tail that brought nothing more: the log begins here.
    const atStart = last !== undefined && last.found === read.found && tail > last.tail;
    if (read.found >= count || (atStart && read.found > 0)) return toResult(look, read, tail, !atStart);
    if (read.found === 0) {
      const found = await locate(look, tail);
      if (found === undefined) return { lines: [], more: false, memory: { before, newer } };
      last = undefined;
      tail = found;
      continue;
    }
    last = { tail, found: read.found };
    tail += count - read.found + slackLines;
  }
  return { lines: [], more: false, memory: { before, newer } };
}

function toResult(look: Step, read: { lines: LogLine[]; found: number }, tail: number, more: boolean): BeforeResult {
  const before = read.lines[0]?.time ?? look.before;
  return {
    lines: read.lines,
    more: more || read.found > read.lines.length,
    memory: { before, newer: Math.max(tail - read.found, 0) + read.lines.length },
  };
}

/** The last `count` lines before the time within a tail, and how many there were. */
async function readTail(look: Step, tail: number): Promise<{ lines: LogLine[]; found: number; surplus: boolean }> {
  const { admission, query, before, count, signal } = look;
  let lines: LogLine[] = [];
  let found = 0;
  for await (const batch of readLog(admission, { ...query, tail }, signal)) {
    const older = batch.filter((line) => line.time < before);
    found += older.length;
    lines = [...lines, ...older].slice(-count);
    if (found > count + surplusMax) return { lines, found, surplus: true };
  }
  return { lines, found, surplus: false };
}

/**
 * The length of a tail that begins before the time, but not far: by interpolation, since most logs are even for a
 * while, and by halving, where they are not. Undefined: the log has nothing before the time.
 */
async function locate(look: Step, start: number): Promise<number | undefined> {
  const wanted = look.before;
  const last = await firstTime(look, 1);
  if (last === undefined) return undefined;
  // Not now: a log that was written in a burst long ago would be taken for an even one.
  let short = { tail: 0, atMs: Date.parse(last) };
  let long: { tail: number; atMs: number } | undefined;
  let tail = start;
  let lastTime = '';
  for (let i = 0; i < probesMax; i++) {
    const time = await firstTime(look, tail);
    if (time !== undefined && time < wanted) long = { tail, atMs: Date.parse(time) };
    else if (!long && (time === undefined || time === lastTime)) return undefined;
    else short = { tail, atMs: Date.parse(time ?? wanted) };
    lastTime = time ?? '';
    if (!long) {
      tail *= 3;
      continue;
    }
    const gap = long.tail - short.tail;
    if (gap <= surplusMax) return long.tail;
    const share = (short.atMs - Date.parse(wanted)) / Math.max(short.atMs - long.atMs, 1);
    // Every other look halves: a log is not even everywhere, and the long tail may reach far beyond its beginning.
    const aim = i % 2 === 0 ? gap * share + surplusMax / 2 : gap / 2;
    tail = Math.round(short.tail + Math.min(Math.max(aim, gap / 20), gap - gap / 20));
  }
  return long?.tail;
}

async function firstTime(look: Step, tail: number): Promise<string | undefined> {
  const { stdout, stderr } = look.query;
  for await (const lines of readLog(look.admission, { stdout, stderr, tail }, look.signal)) return lines[0]?.time;
  return undefined;
}
