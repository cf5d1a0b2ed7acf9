import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogLine, LogsItem, SearchItem } from '#lib/shared/realtime.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { type ClientChannel, connectRealtime, ended, type RealtimeClient } from '#tests/realtime/client.ts';
import { type RealtimeUnderTest, startRealtime } from '#tests/realtime/start-realtime.ts';

let lab: Lab;
let engine: LabEngine;
let server: RealtimeUnderTest;
let client: RealtimeClient;

const open = {
  stdout: true,
  stderr: true,
  tail: 1000,
  follow: true,
};
const linesOf = (items: LogsItem[]) => items.filter((item): item is LogLine => 'text' in item);
const texts = (channel: ClientChannel<LogsItem>) => linesOf(channel.items).map(({ text }) => text);
const notices = (channel: ClientChannel<LogsItem>) =>
  channel.items.flatMap((item) => ('notice' in item ? [item.notice] : []));
const skipped = (items: LogsItem[]) => items.reduce((sum, item) => sum + ('skipped' in item ? item.skipped : 0), 0);
const source = (container: string) => ({ engine: 'a', container });

async function runContainer(name: string, script: string, ...flags: string[]): Promise<void> {
  const { code, stderr } = await engine.docker(
    'run',
    '-d',
    '--init',
    '--name',
    name,
    ...flags,
    'busybox',
    'sh',
    '-c',
    script,
  );
  if (code !== 0) throw new Error(stderr);
}

/** Lets a container wait until the test is ready for what it writes. */
const waitForGo = 'while [ ! -e /go ]; do sleep 0.05; done';
const go = (name: string) => engine.docker('exec', name, 'touch', '/go');

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  await engine.busybox();
  server = await startRealtime({ engines: { a: engine.url } });
  client = await connectRealtime(server, await server.person('viewer'));
});

afterAll(async () => {
  client?.close();
  await server?.close();
  await lab?.close();
});

describe('logs over the realtime server', () => {
  it('brings history and then what is written, stdout and stderr told apart, times the engine’s own', async () => {
    await runContainer('plain', 'echo one; echo two >&2; echo hé; cat > /dev/null; echo never; sleep 1000', '-i');
    await waitFor('three lines', async () => (await engine.docker('logs', 'plain')).stdout.includes('hé'));
    const view = await client.open<LogsItem>('logs:open', { ...open, sources: [source('plain')] });
    await waitFor('three lines', () => linesOf(view.items).length >= 3);
    const [one, two] = ['one', 'two'].map((text) => linesOf(view.items).find((line) => line.text === text));
    expect(one).toMatchObject({ source: 0, stream: 'stdout', text: 'one' });
    expect(two).toMatchObject({ source: 0, stream: 'stderr', text: 'two' });
    expect(one?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    view.close();
    await waitFor('the engine’s stream to end', () => server.realtime.counts().follows === 0);
  });

  it('joins history and follow without loss or doubles while the log is being written, for every viewer', async () => {
    await runContainer('counter', 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo "line $i"; done; sleep 1000');
    const views: ClientChannel<LogsItem>[] = [];
    for (let i = 0; i < 4; i++) {
      views.push(await client.open<LogsItem>('logs:open', { ...open, tail: 100_000, sources: [source('counter')] }));
      await waitFor('some lines', () => (views[i]?.items.length ?? 0) > 0);
    }
    expect(server.realtime.counts().follows).toBe(1);
    for (const view of views) {
      await waitFor('the last line', () => linesOf(view.items).at(-1)?.text === 'line 20000', { timeoutMs: 90_000 });
      const numbers = texts(view).map((text) => Number(text.slice(5)));
      expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, k) => k + 1));
      view.close();
    }
  });

  it('counts what a slow viewer misses at its place, and costs a fast one nothing', async () => {
    // 60 MB: more than any buffer between the engine and a viewer that has stalled.
    const total = 120_000;
    await runContainer(
      'flood',
      `echo 0; ${waitForGo}; awk 'BEGIN { for (i = 1; i <= ${total}; i++) printf "%0500d\\n", i }'; sleep 1000`,
    );
    const fast = await client.open<LogsItem>('logs:open', { ...open, sources: [source('flood')] });
    const slow = await client.open<LogsItem>('logs:open', { ...open, sources: [source('flood')] });
    await waitFor('the first line', () => texts(fast)[0] === '0' && texts(slow)[0] === '0');
    slow.acknowledge(false);
    let fastCount = 0;
    let last = 0;
    let ordered = true;
    fast.onItems((items) => {
      for (const line of linesOf(items)) {
        fastCount += 1;
        if (Number(line.text) !== last + 1) ordered = false;
        last = Number(line.text);
      }
      fastCount += skipped(items);
    });
    await go('flood');
    await waitFor('the flood to be seen', () => fastCount >= total, { timeoutMs: 100_000 });
    expect(ordered).toBe(true);
    slow.acknowledge(true);
    const counted = () => linesOf(slow.items).length + skipped(slow.items);
    await waitFor('every line shown or counted', () => counted() >= total + 1);
    expect(counted()).toBe(total + 1);
    expect(skipped(slow.items)).toBeGreaterThan(0);
    // Where lines are missing stands how many, and nothing else is missing.
    let next = 0;
    for (const item of slow.items) {
      if ('skipped' in item) next += item.skipped;
      else if ('text' in item) expect(Number(item.text)).toBe(next++);
    }
    fast.close();
    slow.close();
  });

  it('follows over a stop and a start, told by the watch, and loses and doubles nothing', async () => {
    await runContainer('phoenix', 'for i in 1 2 3; do echo "run $(cat /proc/uptime) $i"; done; sleep 1000');
    const view = await client.open<LogsItem>('logs:open', { ...open, sources: [source('phoenix')] });
    await waitFor('three lines', () => texts(view).length === 3);
    await engine.docker('stop', '-t', '1', 'phoenix');
    await waitFor('the notice of the stop', () =>
      notices(view).some((text) => text.includes('stopped with exit code')),
    );
    await engine.docker('start', 'phoenix');
    await waitFor('three more lines', () => texts(view).length === 6);
    await engine.docker('restart', '-t', '1', 'phoenix');
    await waitFor('three more lines', () => texts(view).length === 9);
    expect(new Set(texts(view)).size).toBe(9);
    await engine.docker('rm', '-f', 'phoenix');
    expect(await ended(view)).toEqual({ code: 'not-found', message: 'The container was removed.' });
  });

  it('reads a log without following to its end, and says so', async () => {
    const view = await client.open<LogsItem>('logs:open', {
      ...open,
      follow: false,
      tail: 10,
      sources: [source('counter')],
    });
    expect((await ended(view)).code).toBe('done');
    expect(texts(view)).toEqual(Array.from({ length: 10 }, (_, i) => `line ${19_991 + i}`));
  });

  it('merges the logs of several containers in the order of their times', async () => {
    const script = 'for i in $(seq 1 300); do echo "$HOSTNAME $i"; [ $((i % 50)) = 0 ] && sleep 0.1; done; sleep 1000';
    await Promise.all(['m1', 'm2', 'm3'].map((name) => runContainer(name, script)));
    const sources = ['m1', 'm2', 'm3'].map(source);
    const view = await client.open<LogsItem>('logs:open', { ...open, sources });
    await waitFor('all lines', () => texts(view).length === 900);
    view.close();
    const history = await client.open<LogsItem>('logs:open', { ...open, follow: false, tail: 0, sources });
    await ended(history);
    const lines = linesOf(history.items);
    expect(lines).toHaveLength(900);
    expect(new Set(lines.map((line) => line.source))).toEqual(new Set([0, 1, 2]));
    for (let i = 1; i < lines.length; i++) expect((lines[i]?.time ?? '') >= (lines[i - 1]?.time ?? '')).toBe(true);
  });

  it('shows the rest when one of several containers is not there, and refuses when none is', async () => {
    const view = await client.open<LogsItem>('logs:open', {
      ...open,
      tail: 5,
      sources: [source('gone'), source('m1')],
    });
    await waitFor('lines and a notice', () => texts(view).length === 5 && notices(view).length > 0);
    expect(notices(view)[0]).toContain('gone');
    view.close();
    await expect(client.open('logs:open', { ...open, sources: [source('gone')] })).rejects.toThrow('not-found');
  });

  it('goes back in a log of 100,000 lines step by step, without a gap, to its beginning', async () => {
    await runContainer('big', 'seq 1 100000; sleep 1000');
    await waitFor(
      'the whole log',
      async () => (await engine.docker('logs', '--tail', '1', 'big')).stdout.trim() === '100000',
    );
    const view = await client.open<LogsItem>('logs:open', { ...open, tail: 100, sources: [source('big')] });
    await waitFor('the tail', () => texts(view).length === 100);
    view.close();
    let before = linesOf(view.items)[0]?.time ?? '';
    let oldest = Number(texts(view)[0]);
    const ask = (more: object) =>
      client.ask<{ lines: LogLine[]; more: boolean }>('logs:before', {
        ...source('big'),
        stdout: true,
        stderr: true,
        before,
        ...more,
      });
    for (let i = 0; i < 5; i++) {
      const step = await ask({ count: 500 });
      expect(step.lines.map(({ text }) => Number(text))).toEqual(
        Array.from({ length: 500 }, (_, k) => oldest - 500 + k),
      );
      expect(step.more).toBe(true);
      oldest -= 500;
      before = step.lines[0]?.time ?? '';
    }
    // Far back at once, without a hint.
    before = (await lineAt('big', 40_000)).time;
    const far = await ask({ count: 1000 });
    expect(far.lines.map(({ text }) => Number(text))).toEqual(Array.from({ length: 1000 }, (_, k) => 39_000 + k));
    before = (await lineAt('big', 301)).time;
    const first = await ask({ count: 1000 });
    expect(first.lines.map(({ text }) => Number(text))).toEqual(Array.from({ length: 300 }, (_, k) => k + 1));
    before = first.lines[0]?.time ?? '';
    expect(await ask({ count: 1000 })).toEqual({ lines: [], more: false });
  });

  it('searches the whole log on the server, oldest first, with a limit that still counts', async () => {
    const search = { sources: [source('big')], pattern: '^999(1|2).$', regex: true, caseSensitive: true, limit: 100 };
    const found = await client.open<SearchItem>('logs:search', search);
    expect((await ended(found)).code).toBe('done');
    const matched = found.items.flatMap((item) => ('text' in item ? [Number(item.text)] : []));
    const last = found.items.at(-1);
    expect(matched).toEqual(Array.from({ length: 20 }, (_, i) => 99_910 + i));
    expect(last).toEqual({ progress: { linesRead: 100_000, matches: 20, done: true } });

    const limited = await client.open<SearchItem>('logs:search', { ...search, pattern: '7', regex: false, limit: 10 });
    await ended(limited);
    expect(limited.items.filter((item) => 'text' in item)).toHaveLength(10);
    const progress = limited.items.at(-1) as { progress: { matches: number } };
    expect(progress.progress.matches).toBeGreaterThan(30_000);
    await expect(client.open('logs:search', { ...search, pattern: '(' })).rejects.toThrow('bad-request');
  });

  it('ends a search when its channel is closed', async () => {
    const search = { sources: [source('big')], pattern: 'nothing', regex: false, caseSensitive: true, limit: 10 };
    const found = await client.open<SearchItem>('logs:search', search);
    found.close();
    const after = await waitFor('the record’s end', async () => {
      const { records } = await server.audit.query({ operation: 'container.logs', limit: 1 });
      return records[0]?.outcome === 'done' && records[0];
    });
    expect(after.outcome).toBe('done');
  });

  it('shows a TTY’s log, binary output and lines of 10 MB cut at 256 KB with what is missing', async () => {
    await runContainer(
      'tty',
      "printf '\\033[31mred\\033[0m hé\\n'; head -c 40000 /dev/zero | tr '\\0' x; echo; sleep 1000",
      '-t',
    );
    await runContainer(
      'huge',
      "head -c 10000000 /dev/zero | tr '\\0' y; echo; head -c 3000 /dev/urandom; echo; echo end; sleep 1000",
    );
    const tty = await client.open<LogsItem>('logs:open', { ...open, sources: [source('tty')] });
    await waitFor('two lines', () => texts(tty).length === 2);
    expect(texts(tty)).toEqual(['\u001b[31mred\u001b[0m hé', 'x'.repeat(40_000)]);
    const huge = await client.open<LogsItem>('logs:open', { ...open, sources: [source('huge')] });
    await waitFor('the end', () => texts(huge).at(-1) === 'end');
    const [line] = linesOf(huge.items);
    expect(line?.text.length).toBe(256 * 1024);
    expect(line?.cutBytes).toBe(10_000_000 - 256 * 1024);
    tty.close();
    huge.close();
  });

  it('records one view once, however many readings it takes, and ends it with the view', async () => {
    const person = await server.person('viewer');
    const own = await connectRealtime(server, person);
    const view = await own.open<LogsItem>('logs:open', { ...open, sources: [source('plain')] });
    await waitFor('lines', () => texts(view).length >= 3);
    const records = async () =>
      (await server.audit.query({ operation: 'container.logs', userId: person.userId, limit: 10 })).records;
    expect((await records()).map(({ outcome }) => outcome)).toEqual(['pending']);
    own.close();
    await waitFor('the record’s end', async () => (await records())[0]?.outcome === 'done');
    expect(await records()).toHaveLength(1);
  });

  it('ends an open view when the right goes, and leaves the others’ running', async () => {
    const person = await server.person('viewer');
    const leaver = await connectRealtime(server, person);
    const script = `${waitForGo}; for i in 1 2 3; do echo "after $i"; done; sleep 1000`;
    await runContainer('shared', `echo before; ${script}`);
    const lost = await leaver.open<LogsItem>('logs:open', { ...open, sources: [source('shared')] });
    await waitFor('the first line', () => texts(lost).length === 1);
    const kept = await client.open<LogsItem>('logs:open', { ...open, sources: [source('shared')] });
    await waitFor('the first line', () => texts(kept).length === 1);
    await server.identity.grants.remove(person.grantId);
    expect((await ended(lost)).code).toBe('forbidden');
    await go('shared');
    await waitFor('the rest', () => texts(kept).length === 4);
    expect(texts(kept)).toEqual(['before', 'after 1', 'after 2', 'after 3']);
    expect(texts(lost)).toEqual(['before']);
    kept.close();
    leaver.close();
  });

  it('goes on after the engine was killed and started again, without loss or doubles', async () => {
    await runContainer(
      'survivor',
      'i=0; while :; do i=$((i+1)); echo "tick $i"; sleep 0.02; done',
      '--restart',
      'always',
    );
    const view = await client.open<LogsItem>('logs:open', { ...open, sources: [source('survivor')] });
    await waitFor('some lines', () => texts(view).length > 20);
    await engine.kill9();
    await waitFor('the notice', () => notices(view).some((text) => text.includes('does not answer')));
    await engine.restart();
    await waitFor('the notice', () => notices(view).some((text) => text.includes('answers again')), {
      timeoutMs: 90_000,
    });
    const count = texts(view).length;
    await waitFor('more lines', () => texts(view).length > count + 50, { timeoutMs: 90_000 });
    const shown = linesOf(view.items).map(({ time, text }) => `${time} ${text}`);
    const { stdout } = await engine.docker('logs', '-t', 'survivor');
    const stored = stdout.trim().split('\n');
    expect(shown).toEqual(stored.slice(0, shown.length));
    view.close();
  });
});

async function lineAt(container: string, number: number): Promise<LogLine> {
  const search = { sources: [source(container)], pattern: `^${number}$`, regex: true, caseSensitive: true, limit: 1 };
  const found = await client.open<SearchItem>('logs:search', search);
  await ended(found);
  const line = found.items.find((item) => 'text' in item);
  if (!line || !('text' in line)) throw new Error(`There is no line ${number}.`);
  return line;
}
