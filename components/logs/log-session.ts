import { openChannel } from '#components/live/channel.ts';
import { shownError } from '#components/live/errors.ts';
import { ask, type RealtimeSocket } from '#components/live/socket.ts';
import type { LogLine, LogsBefore, LogsItem } from '#lib/shared/realtime.ts';
import { createLineBuffer, type LineBuffer, type LogRow } from './line-buffer.ts';
import { mergeOlder } from './log-merge.ts';
import { compareTimes, toEngineSeconds } from './log-time.ts';

export interface LogQuery {
  sources: { engine: string; container: string }[];
  stdout: boolean;
  stderr: boolean;
  tail: number;
  /** RFC 3339, already worked out from what the person typed. */
  since?: string;
  until?: string;
}

export interface Problem {
  message: string;
  auditId?: string;
}

/** What the page draws; a new object on every change. */
export interface LogSessionView {
  state: 'opening' | 'live' | 'ended' | 'failed' | 'offline';
  problem?: Problem;
  /** Sticks to the newest line. */
  following: boolean;
  /** Rows that came while not following. */
  newRows: number;
  /** More is waiting on the server, which was told to pause: the buffer is full of what the reader looks at. */
  held: boolean;
  loadingOlder: boolean;
  /** The log's first line is loaded, or what is before could not be read. */
  olderEnd?: 'start' | Problem;
  /** Rows below were let go to make room for older ones; scrolling down loads them again. */
  cutBelow: boolean;
  /** A row to bring into view once, by key. */
  reveal?: number;
  /** It was opened around a line of the past and has not caught up. */
  rewound: boolean;
}

export interface LogSession {
  readonly buffer: LineBuffer;
  view(): LogSessionView;
  subscribe(listener: () => void): () => void;
  follow(on: boolean): void;
  /** The first row that the reader sees; it and what follows is kept. */
  anchor(key: number): void;
  /** The reader is at the last loaded row. */
  reachedBottom(): void;
  loadOlder(): void;
  jumpToLive(): void;
  /** Opens the log around a line found elsewhere (a search of the whole log). */
  goTo(line: LogLine): void;
  /** Opens an ended log again, after its last line. */
  goOn(): void;
  revealed(): void;
  stop(): void;
}

export const rowsMax = 100_000;
export const bytesMax = 32 * 1024 * 1024;
const olderCount = 1000;
const frameGapMs = 32;
// In a flood nobody reads single frames: fewer of them leave the processor to the page.
const floodGapMs = 64;
const floodRows = 200;
const aheadRowsMax = 5000;
const contextRows = 300;
// How the server says that a log which is not followed has been read to its end.
const endOfLog = 'done';
// The most that the server gives as history of a followed log.
const followTailMax = 100_000;

/**
 * One open log view: a channel of the server, the loaded rows, and the rules between them. Bytes are acknowledged after
 * the frame that shows them; when the reader has scrolled up and the buffer is full, they are not, and the server pauses
 * instead of anything being lost.
 */
export function openLogSession(socket: RealtimeSocket, query: LogQuery, estimate: (row: LogRow) => number): LogSession {
  const buffer = createLineBuffer({ rowsMax, bytesMax, estimate });
  const listeners = new Set<() => void>();
  let view: LogSessionView = {
    state: 'opening',
    following: true,
    newRows: 0,
    held: false,
    loadingOlder: false,
    cutBelow: false,
    rewound: false,
  };
  let closeOpen: (() => void) | undefined;
  let arrivals: LogsItem[][] = [];
  // Acknowledgements: of what waits in `arrivals`, and of what the last tick has put on the page.
  let waiting: (() => void)[] = [];
  let painted: (() => void)[] = [];
  let anchorKey: number | undefined;
  // The line to show, until it has come, and then its row.
  let target: LogLine | undefined;
  let targetKey: number | undefined;
  let lastTimes: string[] = [];
  let skipUntil: string[] = [];
  let epoch = 0;
  let stopped = false;
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastFlushMs = 0;
  let lastFlushRows = 0;

  const change = (part: Partial<LogSessionView>) => {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  };
  const protect = () => (view.following ? undefined : anchorKey);

  /**
   * `tail`: the newest lines and what comes. `forward`: everything from a time on as it was written, then what comes;
   * read without following first, since a followed log begins with a limited tail and would leave a hole.
   */
  function open(from: { at: 'tail' } | { at: 'forward' | 'join'; since: string }) {
    close();
    let opened = false;
    const request = {
      ...query,
      tail: from.at === 'forward' ? 0 : from.at === 'join' || query.since ? followTailMax : query.tail,
      since: engineTime(from.at === 'tail' ? query.since : from.since),
      until: engineTime(query.until),
      follow: from.at !== 'forward' && query.until === undefined,
    };
    closeOpen = openChannel(socket, () => ask(socket, 'logs:open', request), {
      onOpen() {
        opened = true;
        change({ state: 'live', problem: undefined });
      },
      onItems(items, shown) {
        // The server is ours and typed: what it sends on a logs channel are log items.
        arrivals.push(items as LogsItem[]);
        waiting.push(shown);
        schedule();
      },
      onEnd(end) {
        flush(true);
        closeOpen = undefined;
        if (end.code === 'disconnected') change({ state: 'offline', loadingOlder: false });
        else if (opened && from.at === 'forward' && end.code === endOfLog) {
          if (view.rewound) change({ rewound: false });
          resume('join');
        } else change({ state: opened ? 'ended' : 'failed', problem: end.message ? end : undefined });
      },
    });
  }

  function close() {
    closeOpen?.();
    closeOpen = undefined;
    arrivals = [];
    waiting = [];
    painted = [];
  }

  function onConnect() {
    if (view.state === 'offline') resume('forward');
  }

  /** Goes on after the newest line that each source has shown; what comes twice is left out. */
  function resume(at: 'forward' | 'join') {
    const newest = lastTimes.reduce((a, b) => (b && (!a || compareTimes(b, a) > 0) ? b : a), '');
    skipUntil = [...lastTimes];
    // A few seconds back: a slower source's lines of the same moment may not have come yet.
    if (newest) open({ at, since: new Date(Date.parse(newest) - 5000).toISOString() });
    else open({ at: 'tail' });
  }

  function schedule() {
    if (frame !== undefined || timer !== undefined || stopped) return;
    // A hidden tab gets no animation frames; it goes on slowly, so that the server need not skip for it.
    if (document.hidden) timer = setTimeout(tick, 500);
    else frame = requestAnimationFrame(tick);
  }

  function tick() {
    frame = timer = undefined;
    if (stopped) return;
    const now = performance.now();
    if (!document.hidden && now - lastFlushMs < (lastFlushRows > floodRows ? floodGapMs : frameGapMs)) {
      schedule();
      return;
    }
    // What the last tick put on the page has been painted by now.
    for (const shown of painted) shown();
    painted = [];
    lastFlushMs = now;
    flush(false);
    if ((arrivals.length > 0 && !view.held) || painted.length > 0) schedule();
  }

  function flush(all: boolean) {
    if (arrivals.length === 0) return;
    if (!all && (buffer.isFull(protect()) || isFarAhead())) {
      if (!view.held) change({ held: true });
      return;
    }
    const items = takeArrivals();
    lastFlushRows = items.length;
    if (items.length === 0) return;
    buffer.append(items, protect());
    const reveal = target ? findTarget(target) : undefined;
    if (reveal !== undefined) {
      target = undefined;
      targetKey = reveal;
    }
    change({
      held: false,
      newRows: view.following ? 0 : view.newRows + items.length,
      ...(reveal === undefined ? {} : { reveal }),
    });
  }

  // Around a line of the past nobody wants the whole log after it at once: it is read on as the reader goes down.
  function isFarAhead(): boolean {
    if (!view.rewound || view.following || target) return false;
    return buffer.size - buffer.indexOfKey(anchorKey ?? 0) > aheadRowsMax;
  }

  function takeArrivals(): LogsItem[] {
    const items = arrivals.flat();
    arrivals = [];
    painted.push(...waiting);
    waiting = [];
    return items.filter((item) => {
      if (!('time' in item)) return true;
      const border = skipUntil[item.source];
      if (border !== undefined) {
        if (compareTimes(item.time, border) <= 0) return false;
        delete skipUntil[item.source];
      }
      lastTimes[item.source] = item.time;
      return true;
    });
  }

  function findTarget(line: LogLine): number | undefined {
    const rows = buffer.slice(0, Math.min(buffer.size, 5000));
    return rows.find((row) => row.source === line.source && row.time === line.time && row.text === line.text)?.key;
  }

  function reset(part: Partial<LogSessionView>) {
    epoch++;
    close();
    buffer.clear();
    lastTimes = [];
    skipUntil = [];
    anchorKey = undefined;
    target = targetKey = undefined;
    change({
      newRows: 0,
      held: false,
      loadingOlder: false,
      olderEnd: undefined,
      cutBelow: false,
      problem: undefined,
      reveal: undefined,
      rewound: false,
      ...part,
    });
  }

  async function goTo(line: LogLine) {
    reset({ following: false, rewound: true, state: socket.connected ? 'opening' : 'offline' });
    if (!socket.connected) return;
    const mine = epoch;
    target = line;
    open({ at: 'forward', since: line.time });
    // Finding the place from behind takes longer than from before it; the lines above come when they are there.
    const { lines, more } = mergeOlder(goodPages(await askOlder(line.time, contextRows)));
    if (stopped || mine !== epoch) return;
    buffer.prepend(lines);
    const isUnmoved = targetKey !== undefined && anchorKey !== undefined && Math.abs(anchorKey - targetKey) < 5;
    change({ ...(more ? {} : { olderEnd: 'start' as const }), ...(isUnmoved ? { reveal: targetKey } : {}) });
  }

  function askOlder(before: string, count: number, seen: readonly number[] = []): Promise<Page[]> {
    const { stdout, stderr, sources } = query;
    return Promise.all(
      sources.map(({ engine, container }, source) =>
        askBefore(socket, { engine, container, stdout, stderr, before, count, newer: seen[source] }, source),
      ),
    );
  }

  async function loadOlder() {
    if (view.loadingOlder || view.olderEnd || view.state === 'offline') return;
    const oldest = buffer.slice(0, Math.min(buffer.size, 600)).find((row) => row.time !== '')?.time;
    if (!oldest) return;
    const mine = epoch;
    change({ loadingOlder: true });
    const seen = view.cutBelow || view.rewound ? [] : countLines(buffer);
    const count = Math.max(200, Math.floor(olderCount / query.sources.length));
    const pages = await askOlder(oldest, count, seen);
    if (stopped || mine !== epoch) return;
    const failed = pages.find((page) => 'problem' in page);
    const { lines, more } = mergeOlder(goodPages(pages));
    const since = query.since;
    const wanted = since ? lines.filter((line) => compareTimes(line.time, since) >= 0) : lines;
    const cut = buffer.prepend(wanted);
    if (cut) {
      // The newest went to make room: the stream would leave a hole, so it is opened again where it is needed.
      lastTimes = newestTimes(buffer, query.sources.length);
      close();
    }
    const isStart = !more || wanted.length < lines.length;
    change({
      loadingOlder: false,
      cutBelow: view.cutBelow || cut,
      olderEnd: failed && 'problem' in failed ? failed.problem : isStart ? 'start' : undefined,
    });
  }

  socket.on('connect', onConnect);
  if (socket.connected) open({ at: 'tail' });
  else view = { ...view, state: 'offline' };

  return {
    buffer,
    view: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    follow(on) {
      if (on === view.following) return;
      if (on && (view.cutBelow || view.held || view.rewound)) {
        this.jumpToLive();
        return;
      }
      change({ following: on, newRows: 0 });
      schedule();
    },
    anchor(key) {
      anchorKey = key;
      if (view.held && !buffer.isFull(protect()) && !isFarAhead()) schedule();
    },
    reachedBottom() {
      if (view.cutBelow) {
        change({ cutBelow: false });
        resume('forward');
      } else if (view.held) schedule();
    },
    loadOlder: () => void loadOlder(),
    jumpToLive() {
      if (view.state === 'live' && !view.cutBelow && !view.held && !view.rewound) {
        change({ following: true, newRows: 0 });
        return;
      }
      reset({ following: true, state: socket.connected ? 'opening' : 'offline' });
      if (socket.connected) open({ at: 'tail' });
    },
    goTo: (line) => void goTo(line),
    goOn() {
      if (view.state === 'ended' && query.until === undefined) resume('join');
    },
    revealed: () => {
      if (view.reveal !== undefined) view = { ...view, reveal: undefined };
    },
    stop() {
      stopped = true;
      close();
      if (frame !== undefined) cancelAnimationFrame(frame);
      clearTimeout(timer);
      socket.off('connect', onConnect);
      listeners.clear();
      buffer.clear();
    },
  };
}

function engineTime(time: string | undefined): string | undefined {
  return time === undefined ? undefined : toEngineSeconds(time);
}

type Page = { lines: LogLine[]; more: boolean } | { problem: Problem };

function goodPages(pages: readonly Page[]) {
  return pages.flatMap((page) => ('problem' in page ? [] : [page]));
}

async function askBefore(socket: RealtimeSocket, request: LogsBefore, source: number): Promise<Page> {
  try {
    const { lines, more } = await ask(socket, 'logs:before', request);
    return { more, lines: lines.map((line) => ({ ...line, source })) };
  } catch (cause) {
    return { problem: shownError(cause) };
  }
}

/** Loaded and skipped lines of each source. */
function countLines(buffer: LineBuffer): number[] {
  const counts: number[] = [];
  for (const row of buffer.slice(0, buffer.size))
    counts[row.source] = (counts[row.source] ?? 0) + (row.time !== '' ? 1 : (row.skipped ?? 0));
  return counts;
}

function newestTimes(buffer: LineBuffer, sources: number): string[] {
  const times: string[] = [];
  for (let i = buffer.size - 1; i >= 0 && i > buffer.size - 5000; i--) {
    const row = buffer.at(i);
    if (row && row.time !== '' && times[row.source] === undefined) times[row.source] = row.time;
    if (Object.keys(times).length === sources) break;
  }
  return times;
}
