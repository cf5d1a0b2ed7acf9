import type { LogLine } from '#lib/shared/realtime.ts';

/** Longer lines are cut; the rest is counted in `cutBytes`. */
export const lineBytesMax = 256 * 1024;
/** The engine stores longer lines in entries of exactly this many bytes, each with the time of the first. */
const entryBytes = 16 * 1024;
const timeBytes = 30;
const timeSlackBytes = 64;
const newline = 10;
const space = 32;

export interface LogParser {
  /** The lines that are whole with this chunk. Throws on bytes that are no frame. */
  push(chunk: Buffer): LogLine[];
  /** What is left when the stream has ended: lines that had no end yet. */
  end(): LogLine[];
}

interface Held {
  stream: LogLine['stream'];
  time: string;
  parts: Buffer[];
  bytes: number;
  cutBytes: number;
}

/**
 * Reads the engine's log stream, asked for with timestamps: frames without a TTY, raw text with one. Which of the two
 * is told by the first byte, since a raw line begins with its year. Bytes become text only when a line is whole, so
 * that no character is torn. `onError` gets what the engine says in the stream's error frames.
 */
export function createLogParser(source = 0, onError: (message: string) => void = () => {}): LogParser {
  let inner: LogParser | undefined;
  return {
    push(chunk) {
      if (chunk.length === 0) return [];
      const first = chunk[0] ?? 0;
      inner ??= first <= 3 ? createFramedParser(source, onError) : createRawParser(source);
      return inner.push(chunk);
    },
    end: () => inner?.end() ?? [],
  };
}

function createFramedParser(source: number, onError: (message: string) => void): LogParser {
  const held: { stdout?: Held; stderr?: Held } = {};
  let rest: Buffer | undefined;
  let skipBytes = 0;

  function entry(lines: LogLine[], type: number, payload: Buffer, droppedBytes: number): void {
    if (type === 3) {
      onError(payload.toString('utf8').trim());
      return;
    }
    const stream = type === 2 ? 'stderr' : 'stdout';
    const { time, start } = readTime(payload);
    const whole = payload[payload.length - 1] === newline;
    // An entry shorter than the engine's size without a line end is the last of a process that ended without one.
    const partial = !whole && droppedBytes === 0 && payload.length - start >= entryBytes;
    const before = held[stream];
    if (!before && !partial) {
      lines.push(toLine(source, stream, time, payload, start, droppedBytes));
      return;
    }
    const line = before ?? { stream, time, parts: [], bytes: 0, cutBytes: 0 };
    hold(line, payload.subarray(start));
    line.cutBytes += droppedBytes;
    if (partial) {
      held[stream] = line;
    } else {
      held[stream] = undefined;
      lines.push(release(source, line));
    }
  }

  function push(chunk: Buffer): LogLine[] {
    const lines: LogLine[] = [];
    let data = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = undefined;
    if (skipBytes > 0) {
      const skip = Math.min(skipBytes, data.length);
      skipBytes -= skip;
      data = data.subarray(skip);
    }
    let at = 0;
    while (data.length - at >= 8) {
      const type = data[at] ?? 255;
      if (type > 3 || data[at + 1] !== 0 || data[at + 2] !== 0 || data[at + 3] !== 0)
        throw new Error('The engine sent bytes that are no frame of a log stream.');
      const length = data.readUInt32BE(at + 4);
      const keep = Math.min(length, lineBytesMax + timeSlackBytes);
      if (data.length - at - 8 < keep) break;
      entry(lines, type, data.subarray(at + 8, at + 8 + keep), length - keep);
      at += 8 + length;
    }
    if (at > data.length) skipBytes = at - data.length;
    else if (at < data.length) rest = data.subarray(at);
    return lines;
  }

  return {
    push,
    end() {
      const left = [held.stdout, held.stderr].filter((line) => line !== undefined);
      return left.map((line) => release(source, line));
    },
  };
}

function createRawParser(source: number): LogParser {
  let line: Held | undefined;

  function finish(lines: LogLine[]): void {
    if (line) lines.push(releaseRaw(source, line));
    line = undefined;
  }

  return {
    push(chunk) {
      const lines: LogLine[] = [];
      let at = 0;
      while (at < chunk.length) {
        const end = chunk.indexOf(newline, at);
        const part = chunk.subarray(at, end < 0 ? chunk.length : end + 1);
        line ??= { stream: 'stdout', time: '', parts: [], bytes: 0, cutBytes: 0 };
        hold(line, part);
        if (end < 0) break;
        finish(lines);
        at = end + 1;
      }
      return lines;
    },
    end() {
      const lines: LogLine[] = [];
      finish(lines);
      return lines;
    },
  };
}

/** The engine repeats the time before every entry of a long line; with a TTY nothing else marks where one begins. */
function releaseRaw(source: number, line: Held): LogLine {
  const data = line.parts.length === 1 ? (line.parts[0] ?? Buffer.alloc(0)) : Buffer.concat(line.parts);
  const { time, start } = readTime(data);
  if (data.length - start <= entryBytes) return toLine(source, 'stdout', time, data, start, line.cutBytes);
  const mark = data.subarray(0, start);
  const parts: Buffer[] = [];
  for (let at = start; at < data.length; ) {
    parts.push(data.subarray(at, at + entryBytes));
    at += entryBytes;
    if (start > 0 && data.subarray(at, at + start).equals(mark)) at += start;
  }
  return toLine(source, 'stdout', time, Buffer.concat(parts), 0, line.cutBytes);
}

function hold(line: Held, part: Buffer): void {
  const room = Math.max(lineBytesMax + timeSlackBytes - line.bytes, 0);
  const kept = part.length <= room ? part : part.subarray(0, room);
  // Copied: a slice would keep the whole chunk that it was cut from alive.
  if (kept.length > 0) line.parts.push(Buffer.from(kept));
  line.bytes += kept.length;
  line.cutBytes += part.length - kept.length;
  if (kept.length < part.length && part[part.length - 1] === newline) line.cutBytes -= 1;
}

function release(source: number, line: Held): LogLine {
  return toLine(source, line.stream, line.time, Buffer.concat(line.parts), 0, line.cutBytes);
}

function toLine(
  source: number,
  stream: LogLine['stream'],
  time: string,
  data: Buffer,
  start: number,
  droppedBytes: number,
): LogLine {
  let end = data.length;
  if (end > start && data[end - 1] === newline) end--;
  if (end > start && data[end - 1] === 13) end--;
  let cutBytes = droppedBytes;
  if (end - start > lineBytesMax) {
    cutBytes += end - start - lineBytesMax;
    end = start + lineBytesMax;
  }
  const text = data.toString('utf8', start, end);
  return cutBytes > 0 ? { source, stream, time, text, cutBytes } : { source, stream, time, text };
}

function readTime(data: Buffer): { time: string; start: number } {
  if (data[timeBytes] === space && data[timeBytes - 1] === 90 && data[10] === 84)
    return { time: data.toString('latin1', 0, timeBytes), start: timeBytes + 1 };
  const end = data.subarray(0, timeSlackBytes).indexOf(space);
  const time = end < 0 ? undefined : toFixedTime(data.toString('latin1', 0, end));
  return time ? { time, start: end + 1 } : { time: '', start: 0 };
}

const timePattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** An RFC 3339 time in UTC with nine digits, so that times compare as text; undefined: it is none. */
export function toFixedTime(time: string): string | undefined {
  const match = timePattern.exec(time);
  if (!match) return undefined;
  const [, seconds = '', fraction = '', zone = 'Z'] = match;
  const utc = zone === 'Z' ? seconds : new Date(`${seconds}${zone}`).toISOString().slice(0, 19);
  return `${utc}.${fraction.padEnd(9, '0')}Z`;
}

/** Seconds with nine digits, as the engine's since and until take them, moved by so many milliseconds. */
export function toEngineTime(time: string, addMs = 0): string {
  const fixed = toFixedTime(time) ?? time;
  const ms = Date.parse(`${fixed.slice(0, 19)}Z`);
  const nanos = BigInt(ms) * 1_000_000n + BigInt(fixed.slice(20, 29)) + BigInt(addMs) * 1_000_000n;
  return `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`;
}

const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * What people write for since and until (seconds, RFC 3339, a day, `10m`) as the Engine API takes it: seconds. The docker
 * command line does this conversion, too; engines refuse the rest. Undefined: it is none of these.
 */
export function toSeconds(time: string, nowMs: number): string | undefined {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(time)) return time;
  const duration = /^(\d{1,9})(ns|us|ms|s|m|h)$/.exec(time);
  if (duration) return ((nowMs - Number(duration[1]) * (unitMs[duration[2] ?? ''] ?? 0)) / 1000).toFixed(3);
  const day = /^\d{4}-\d\d-\d\d$/.test(time) ? `${time}T00:00:00Z` : time;
  const fixed = toFixedTime(day) ?? toFixedTime(`${day}Z`);
  return fixed && !Number.isNaN(Date.parse(fixed)) ? toEngineTime(fixed) : undefined;
}
