import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RealtimeSocket } from '#components/live/socket.ts';
import type { LogLine, LogsItem, LogsOpen } from '#lib/shared/realtime.ts';
import { type LogSession, openLogSession, rowsMax } from './log-session.ts';

// The page's clock and frames, by hand: a test says when a frame is painted.
let frames: (() => void)[] = [];
let nowMs = 0;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
async function paint(times = 1) {
  for (let i = 0; i < times; i++) {
    nowMs += 100;
    const due = frames;
    frames = [];
    for (const run of due) run();
    await settle();
  }
}

function line(n: number, source = 0): LogLine {
  const time = `2026-01-01T00:00:00.${String(n).padStart(9, '0')}Z`;
  return { source, stream: 'stdout', time, text: `line ${n}` };
}
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i));

/** A connection to a server that answers as the test says. */
function fakeServer() {
  const listeners = new Map<string, Set<(...args: unknown[]) => void>>();
  const opened: LogsOpen[] = [];
  const acked: number[] = [];
  const closed: string[] = [];
  let older: LogLine[] = [];
  const say = (event: string, ...args: unknown[]) => {
    for (const listener of listeners.get(event) ?? []) listener(...args);
  };
  const socket = {
    connected: true,
    on(event: string, listener: (...args: unknown[]) => void) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
    },
    off: (event: string, listener: (...args: unknown[]) => void) => listeners.get(event)?.delete(listener),
    emit(event: string, ...args: unknown[]) {
      if (event === 'channel:ack') acked.push(Number(args[1]));
      if (event === 'channel:close') closed.push(String(args[0]));
    },
    timeout: () => ({
      emit(event: string, request: unknown, done: (error: null, reply: unknown) => void) {
        if (event === 'logs:open') {
          opened.push(request as LogsOpen);
          done(null, { ok: true, value: { channel: `c${opened.length}` } });
        } else done(null, { ok: true, value: { lines: older, more: false } });
      },
    }),
  };
  return {
    socket: socket as unknown as RealtimeSocket,
    opened,
    acked,
    closed,
    send: (items: LogsItem[], bytes = items.length) => say('channel:data', `c${opened.length}`, items, bytes),
    end: (code: string) => say('channel:end', `c${opened.length}`, { code, message: '' }),
    disconnect() {
      socket.connected = false;
      say('disconnect');
    },
    connect() {
      socket.connected = true;
      say('connect');
    },
    olderLines: (value: LogLine[]) => {
      older = value;
    },
  };
}

const query = { sources: [{ engine: 'a', container: 'c' }], stdout: true, stderr: true, tail: 500 };
const texts = (session: LogSession) => session.buffer.slice(0, session.buffer.size).map((row) => row.text);

let session: LogSession | undefined;
async function start(server: ReturnType<typeof fakeServer>): Promise<LogSession> {
  session = openLogSession(server.socket, query, () => 20);
  await settle();
  return session;
}

beforeEach(() => {
  frames = [];
  nowMs = 1000;
  vi.stubGlobal('document', { hidden: false });
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  vi.stubGlobal('cancelAnimationFrame', () => {});
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  session?.stop();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('log session', () => {
  test('acknowledges only what has been painted', async () => {
    const server = fakeServer();
    const log = await start(server);
    server.send(lines(0, 10), 4096);
    expect(server.acked).toEqual([]);
    await paint();
    expect(log.buffer.size).toBe(10);
    expect(server.acked).toEqual([]);
    await paint();
    expect(server.acked).toEqual([4096]);
  });

  test('with a reader up in a full buffer it holds the server instead of losing what is read', async () => {
    const server = fakeServer();
    const log = await start(server);
    server.send(lines(0, 100));
    await paint(2);
    log.follow(false);
    log.anchor(log.buffer.at(0)?.key ?? 0);
    for (let n = 100; n < rowsMax + 5000; n += 5000) {
      server.send(lines(n, n + 5000));
      await paint(2);
    }
    expect(log.view().held).toBe(true);
    expect(log.buffer.at(0)?.text).toBe('line 0');
    const before = server.acked.length;
    server.send(lines(200_000, 200_010));
    await paint(3);
    expect(server.acked.length).toBe(before);
    // The reader moves down: what is above may go, and the server goes on.
    log.anchor(log.buffer.at(log.buffer.size - 10)?.key ?? 0);
    await paint(3);
    expect(log.view().held).toBe(false);
    expect(server.acked.length).toBeGreaterThan(before);
    expect(texts(log).at(-1)).toBe('line 200009');
  });

  test('counts what came while the reader was up, and forgets it at the bottom', async () => {
    const server = fakeServer();
    const log = await start(server);
    server.send(lines(0, 10));
    await paint(2);
    log.follow(false);
    server.send(lines(10, 13));
    await paint(2);
    expect(log.view().newRows).toBe(3);
    log.follow(true);
    expect(log.view().newRows).toBe(0);
  });

  test('after a lost connection it goes on without a hole and without a line twice', async () => {
    const server = fakeServer();
    const log = await start(server);
    server.send(lines(0, 10));
    await paint(2);
    server.disconnect();
    expect(log.view().state).toBe('offline');
    server.connect();
    await settle();
    expect(server.opened[1]).toMatchObject({ follow: false, tail: 0 });
    server.send(lines(5, 20));
    server.end('done');
    await settle();
    expect(server.opened[2]).toMatchObject({ follow: true });
    server.send(lines(15, 25));
    await paint(2);
    expect(texts(log)).toEqual(lines(0, 25).map(({ text }) => text));
  });

  test('puts older lines on top and says when the log begins there', async () => {
    const server = fakeServer();
    const log = await start(server);
    server.send(lines(100, 110));
    await paint(2);
    log.follow(false);
    server.olderLines(lines(90, 100));
    log.loadOlder();
    await settle();
    expect(texts(log)[0]).toBe('line 90');
    expect(log.view().olderEnd).toBe('start');
  });

  test('opens around a line of the past and does not read the whole log after it', async () => {
    const server = fakeServer();
    const log = await start(server);
    server.send(lines(90_000, 90_010));
    await paint(2);
    server.olderLines(lines(40, 50));
    log.goTo(line(50));
    await settle();
    expect(server.opened.at(-1)).toMatchObject({ follow: false, tail: 0, since: '1767225600.000000050' });
    server.send(lines(50, 60));
    await paint(2);
    const key = log.view().reveal;
    expect(log.buffer.at(log.buffer.indexOfKey(key ?? -1))?.text).toBe('line 50');
    expect(texts(log)[0]).toBe('line 40');
    log.anchor(key ?? 0);
    server.send(lines(60, 8000));
    await paint(3);
    const before = server.acked.length;
    server.send(lines(8000, 9000));
    await paint(3);
    expect(log.view().held).toBe(true);
    expect(server.acked.length).toBe(before);
  });

  test('closes its channel when the page goes', async () => {
    const server = fakeServer();
    const log = await start(server);
    log.stop();
    expect(server.closed).toEqual(['c1']);
  });

  test('shows a marker where lines were skipped', async () => {
    const server = fakeServer();
    const log = await start(server);
    server.send([line(1), { source: 0, skipped: 7 }, line(9)]);
    await paint(2);
    expect(log.buffer.at(1)).toMatchObject({ kind: 'skipped', skipped: 7 });
  });
});
