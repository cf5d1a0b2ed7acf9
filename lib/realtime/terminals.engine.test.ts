import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRecordings } from '#lib/audit/recordings/read-recordings.ts';
import type { TerminalInfo, TerminalItem } from '#lib/shared/realtime.ts';
import type { RecordingRule } from '#lib/shared/trail.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { type ClientChannel, connectRealtime, ended, type RealtimeClient } from '#tests/realtime/client.ts';
import { type RealtimePerson, type RealtimeUnderTest, startRealtime } from '#tests/realtime/start-realtime.ts';

const recordingRules: RecordingRule[] = [];
let lab: Lab;
let engine: LabEngine;
let server: RealtimeUnderTest;
let person: RealtimePerson;
let client: RealtimeClient;

const screen = { cols: 80, rows: 24 };
const shell = { engine: 'a', container: 'box', kind: 'exec', command: [] as string[], ...screen };
type Channel = ClientChannel<TerminalItem>;
const output = (channel: Channel) => channel.items.map((item) => ('data' in item ? item.data : '')).join('');
const exitOf = (channel: Channel) => channel.items.flatMap((item) => ('exit' in item ? [item.exit] : []))[0];
const infoOf = (channel: Channel) => channel.opened.terminal as TerminalInfo;
const type = (channel: Channel, data: string, by = client) => by.ask('terminal:input', channel.id, data);
const open = (request: object, by = client) => by.open<TerminalItem>('terminal:open', { ...shell, ...request });
const sees = (channel: Channel, text: string) =>
  waitFor(`"${text}" in the terminal`, () => output(channel).includes(text));

/** The command lines in the container, by the engine's own view. */
async function processes(container = 'box'): Promise<string[]> {
  const { stdout } = await engine.docker('top', container, 'axo', 'pid,args');
  const rows = stdout.trim().split('\n').slice(1);
  return rows.map((row) => row.trim().replace(/^\d+\s+/, ''));
}

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  await engine.busybox();
  await engine.docker('run', '-d', '--init', '--name', 'box', 'busybox', 'sleep', '100000');
  server = await startRealtime({
    engines: { a: engine.url },
    recordingRules,
    limits: { connections: 4, terminals: 8 },
  });
  person = await server.person('developer');
  client = await connectRealtime(server, person);
});

afterAll(async () => {
  client?.close();
  await server?.close();
  await lab?.close();
});

describe('terminals over the realtime server', () => {
  it('bounds what one person has open, over all sessions, and gives a place back with each end', async () => {
    const busy = await server.person('developer');
    const clients = await Promise.all([0, 1, 2, 3].map(() => connectRealtime(server, busy)));
    await expect(connectRealtime(server, busy)).rejects.toThrow(/too-many.*4 is the limit/);
    const [first, second] = clients;
    if (!first || !second) throw new Error('There are no connections.');
    // Asked for at once: those that are still opening count, too.
    const asked = Array.from({ length: 10 }, (_, at) => open({ command: ['cat'] }, at % 2 ? first : second));
    const settled = await Promise.allSettled(asked);
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatch(/8 is the limit/);
    const terminals = settled.flatMap((one) => (one.status === 'fulfilled' ? [infoOf(one.value)] : []));
    const [ending, ...rest] = terminals;
    for (const by of [first, second]) await by.ask('terminal:end', { id: ending?.id }).catch(() => undefined);
    const again = await open({ command: ['cat'] }, first);
    for (const { id } of [...rest, infoOf(again)])
      for (const by of [first, second]) await by.ask('terminal:end', { id }).catch(() => undefined);
    second.close();
    await waitFor('a place', () =>
      connectRealtime(server, busy).then(
        (late) => {
          late.close();
          return true;
        },
        () => false,
      ),
    );
    for (const one of clients) one.close();
  });

  it('finds the shells of a container by looking, and the best one when none is named', async () => {
    const found = await client.ask<{ shells: string[] }>('terminal:shells', { engine: 'a', container: 'box' });
    expect(found.shells.map((path) => path.replace('/bin/', ''))).toEqual(['ash', 'sh']);
    const terminal = await open({});
    expect(infoOf(terminal)).toMatchObject({
      kind: 'exec',
      command: [found.shells[0]],
      tty: true,
      state: 'open',
      containerName: 'box',
    });
    await type(terminal, 'echo $((6*7)) $TERM\n');
    await sees(terminal, '42 xterm-256color');
    await type(terminal, 'exit 3\n');
    expect((await ended(terminal)).message).toContain('exit code 3');
    expect(exitOf(terminal)?.code).toBe(3);
  });

  it('says in words that an image has no shell, and that a container does not run', async () => {
    await engine.docker('create', '--name', 'off', 'busybox', 'sleep', '1');
    await expect(open({ container: 'off' })).rejects.toThrow('not running');
    await engine.docker('run', '-d', '--name', 'bare', 'busybox', 'sleep', '100000');
    await engine.docker('exec', 'bare', 'rm', '/bin/sh', '/bin/busybox');
    await expect(open({ container: 'bare' })).rejects.toThrow('has no shell');
    const found = await client.ask<{ shells: string[]; problem: string }>('terminal:shells', {
      engine: 'a',
      container: 'bare',
    });
    expect(found.shells).toEqual([]);
    expect(found.problem).toContain('has no shell');
    await engine.docker('rm', '-f', 'bare', 'off');
  });

  it('runs as the user that was asked for, at the size of the screen, and follows its changes', async () => {
    const terminal = await open({ user: 'nobody', cols: 101, rows: 33 });
    await type(terminal, 'id -un; stty size\n');
    await sees(terminal, '33 101');
    expect(output(terminal)).toContain('nobody');
    client.socket.emit('terminal:resize', terminal.id, { cols: 77, rows: 22 });
    await waitFor('the new size', async () => {
      await type(terminal, 'stty size\n');
      return output(terminal).includes('22 77');
    });
    await client.ask('terminal:end', { id: infoOf(terminal).id });
  });

  it('takes a paste of 64 KB unharmed, and characters whole whatever the chunks', async () => {
    const terminal = await open({});
    const line = 'zażółć gęślą jaźń 🙂 '.repeat(30).trim();
    const text = `${Array.from({ length: 80 }, (_, i) => `${i} ${line}`).join('\n')}\n`;
    expect(Buffer.byteLength(text)).toBeGreaterThan(64 * 1024);
    await type(terminal, 'stty -echo; echo ready-$((1+1)); cat > /tmp/paste; echo; cat /tmp/paste; echo done-$?\n');
    await sees(terminal, 'ready-2');
    await type(terminal, text);
    await type(terminal, '\u0004');
    await sees(terminal, 'done-0');
    const shown = output(terminal);
    expect(shown).not.toContain('\ufffd');
    expect(shown).toContain(text.replaceAll('\n', '\r\n'));
    await client.ask('terminal:end', { id: infoOf(terminal).id });
  });

  it('pauses the engine when the page does not keep up, and loses nothing', async () => {
    const terminal = await open({});
    terminal.acknowledge(false);
    await type(terminal, "seq 1 200000; echo 'all''done'\n");
    await sees(terminal, '20000\r\n');
    terminal.acknowledge(true);
    await sees(terminal, 'alldone');
    const numbers = output(terminal)
      .split('\r\n')
      .filter((line) => /^\d+$/.test(line));
    expect(numbers).toHaveLength(200_000);
    await client.ask('terminal:end', { id: infoOf(terminal).id });
  });

  it('is held when its page goes, and comes back with what it showed, to its own session only', async () => {
    const first = await connectRealtime(server, person);
    const terminal = await open({}, first);
    await type(terminal, 'echo before-$((1+1)); x=kept\n', first);
    await sees(terminal, 'before-2');
    first.close();
    const { id } = infoOf(terminal);
    const list = await client.ask<TerminalInfo[]>('terminal:list', { engine: 'a', container: 'box' });
    expect(list.map((info) => info.id)).toContain(id);

    const back = await client.open<TerminalItem>('terminal:resume', { id, ...screen });
    await sees(back, 'before-2');
    await type(back, 'echo $x-value\n');
    await sees(back, 'kept-value');

    const other = await connectRealtime(server, await server.person('administrator'));
    expect(await other.ask('terminal:list', { engine: 'a', container: 'box' })).toEqual([]);
    await expect(other.open('terminal:resume', { id, ...screen })).rejects.toThrow('not-found');
    await expect(other.ask('terminal:end', { id })).rejects.toThrow('not-found');
    other.close();

    const taken = await client.open<TerminalItem>('terminal:resume', { id, ...screen });
    expect((await ended(back)).code).toBe('taken');
    await sees(taken, 'kept-value');
    await client.ask('terminal:end', { id });
    await ended(taken);
  });

  it('hangs up what runs in a terminal when it is ended, and lets a daemon be that it started', async () => {
    const terminal = await open({});
    await type(terminal, 'setsid sleep 44441 < /dev/null > /dev/null 2>&1 &\n');
    await waitFor('the daemon', async () => (await processes()).includes('sleep 44441'));
    await type(terminal, 'sleep 44442\n');
    await waitFor('the process', async () => (await processes()).includes('sleep 44442'));
    await client.ask('terminal:end', { id: infoOf(terminal).id });
    await waitFor('the process to be gone', async () => !(await processes()).includes('sleep 44442'));
    expect(await processes()).toContain('sleep 44441');
    await expect(client.open('terminal:resume', { id: infoOf(terminal).id, ...screen })).rejects.toThrow('not-found');
  });

  it('says what it could not end', async () => {
    const terminal = await open({});
    await type(terminal, "trap '' HUP; echo trapped; sleep 44443\n");
    await waitFor('the process', async () => (await processes()).includes('sleep 44443'));
    await expect(client.ask('terminal:end', { id: infoOf(terminal).id })).rejects.toThrow(
      /could be ended: \d+ .*(sh|ash|sleep)/,
    );
  });

  it('is recorded where the rules say so, says so, and is hung up when an auditor ends it', async () => {
    recordingRules.push({ kind: 'engine', value: server.engines.find('a')?.id ?? '' });
    const terminal = await open({});
    await sees(terminal, 'This terminal is recorded');
    await type(terminal, 'sleep 44445\n');
    await waitFor('the process', async () => (await processes()).includes('sleep 44445'));
    // The helpers beside it are none: they are the console's own.
    const { recordings } = await listRecordings(server.db, { limit: 10 });
    expect(recordings).toMatchObject([{ kind: 'exec', tty: true, containerName: 'box', state: 'running' }]);
    expect(server.recorder.end(recordings[0]?.id ?? '', 'eve@example.org')).toBe(true);
    await ended(terminal);
    expect(exitOf(terminal)?.message).toContain('ended by eve@example.org');
    await waitFor('the process to be gone', async () => !(await processes()).includes('sleep 44445'));
    recordingRules.pop();
  });

  it('ends at once, process and all, when the right goes', async () => {
    const leaver = await server.person('developer');
    const theirs = await connectRealtime(server, leaver);
    const terminal = await open({}, theirs);
    await type(terminal, 'sleep 44444\n', theirs);
    await waitFor('the process', async () => (await processes()).includes('sleep 44444'));
    await server.identity.grants.remove(leaver.grantId);
    await ended(terminal);
    await waitFor('the process to be gone', async () => !(await processes()).includes('sleep 44444'));
    await expect(type(terminal, 'x', theirs)).rejects.toThrow();
    theirs.close();
  });

  it('ends when the session ends, also while no page looks at it', async () => {
    const leaver = await server.person('developer');
    const theirs = await connectRealtime(server, leaver);
    const terminal = await open({}, theirs);
    await type(terminal, 'sleep 44445\n', theirs);
    await waitFor('the process', async () => (await processes()).includes('sleep 44445'));
    theirs.close();
    const count = server.realtime.counts().terminals;
    await server.identity.sessions.revoke(leaver.sessionId);
    await waitFor('the terminal to be forgotten', () => server.realtime.counts().terminals === count - 1);
    await waitFor('the process to be gone', async () => !(await processes()).includes('sleep 44445'));
  });

  it('attaches to the main process, with a TTY and without', async () => {
    await engine.docker('run', '-dit', '--name', 'main', 'busybox', 'sh');
    const terminal = await open({ container: 'main', kind: 'attach' });
    await type(terminal, 'echo main-$((2+3))\n');
    await sees(terminal, 'main-5');
    await type(terminal, 'exit 7\n');
    await ended(terminal);
    expect(exitOf(terminal)?.code).toBe(7);

    await engine.docker(
      'run',
      '-di',
      '--name',
      'plain',
      'busybox',
      'sh',
      '-c',
      'while read -r x; do echo "got $x"; echo "err $x" >&2; done',
    );
    const plain = await open({ container: 'plain', kind: 'attach' });
    expect(infoOf(plain).tty).toBe(false);
    await type(plain, 'hé\n');
    await sees(plain, 'got hé\r\n');
    await sees(plain, 'err hé\r\n');
    await client.ask('terminal:end', { id: infoOf(plain).id });
    expect(exitOf(plain)?.message).toContain('goes on');
    expect((await engine.docker('inspect', '-f', '{{.State.Running}}', 'plain')).stdout.trim()).toBe('true');
  });

  it('refuses who may not, with the reason and the record', async () => {
    const viewer = await connectRealtime(server, await server.person('viewer'));
    await expect(open({}, viewer)).rejects.toThrow('forbidden');
    viewer.close();
  });
});
