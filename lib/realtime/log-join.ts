import type { LogLine } from '#lib/shared/realtime.ts';

const keptLinesMax = 4096;
const keptCharsMax = 1024 * 1024;
const settledMs = 2000;
/** As many characters as an entry of 16 KB has at least. */
const longCharsMin = 4096;

/**
 * Joins two readings of one log at their seam: history and follow, or a follow and the one after a restart. Times are
 * the engine's own with nanoseconds; lines of stdout and stderr can stand in the log a little out of order, and several
 * can have one time, so near the seam lines are compared as a whole, and only far from it by time alone.
 */
export interface LogJoin {
  /** Remembers what was read first. */
  saw(lines: readonly LogLine[]): void;
  /** A filter for the second reading: passes what the first, as remembered now, had not. */
  seam(): (lines: readonly LogLine[]) => readonly LogLine[];
  /** The latest time seen; '' when nothing was. */
  readonly lastTime: string;
}

export function createLogJoin(): LogJoin {
  const kept: { lines: readonly LogLine[]; chars: number }[] = [];
  let keptLines = 0;
  let keptChars = 0;
  let forgot = false;
  let lastTime = '';

  return {
    saw(lines) {
      let chars = 0;
      for (const line of lines) {
        if (line.time > lastTime) lastTime = line.time;
        chars += line.text.length;
      }
      kept.push({ lines, chars });
      keptLines += lines.length;
      keptChars += chars;
      while (kept.length > 1 && (keptLines > keptLinesMax || keptChars > keptCharsMax)) {
        const dropped = kept.shift();
        keptLines -= dropped?.lines.length ?? 0;
        keptChars -= dropped?.chars ?? 0;
        forgot = true;
      }
    },
    seam() {
      return lastTime === ''
        ? (lines) => lines
        : createSeam(
            kept.flatMap(({ lines }) => lines),
            lastTime,
            forgot,
          );
    },
    get lastTime() {
      return lastTime;
    },
  };
}

function createSeam(kept: readonly LogLine[], lastTime: string, forgot: boolean) {
  const counts = new Map<string, number>();
  const long: LogLine[] = [];
  let firstTime = lastTime;
  for (const line of kept) {
    if (line.text.length >= longCharsMin) long.push(line);
    const key = keyOf(line);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (line.time < firstTime) firstTime = line.time;
  }
  // Lines that are later by this much can't have been in the first reading.
  const settledTime = new Date(Date.parse(lastTime) + settledMs).toISOString().slice(0, 23);
  let settled = false;

  function isNew(line: LogLine): boolean {
    if (line.time > lastTime) return true;
    const key = keyOf(line);
    const count = counts.get(key) ?? 0;
    if (count > 0) {
      counts.set(key, count - 1);
      return false;
    }
    // The engine's tail counts the 16 KB entries of a long line, so a reading can begin with a line's last piece.
    if (long.some((whole) => isPiece(line, whole))) return false;
    // Older than all that is remembered: the first reading had it, or was not asked for it.
    return forgot ? line.time > firstTime : line.time >= firstTime;
  }

  return (lines: readonly LogLine[]): readonly LogLine[] => {
    if (settled) return lines;
    if ((lines[0]?.time ?? '') > settledTime) {
      settled = true;
      counts.clear();
      return lines;
    }
    return lines.filter(isNew);
  };
}

function isPiece(line: LogLine, whole: LogLine): boolean {
  return line.time === whole.time && (whole.cutBytes !== undefined || whole.text.endsWith(line.text));
}

function keyOf(line: LogLine): string {
  return `${line.time}${line.stream}${line.text}`;
}
