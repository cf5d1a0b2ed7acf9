import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRecordings, readLines } from '#lib/audit/recordings/read-recordings.ts';
import { searchRecordings } from '#lib/audit/recordings/search-recordings.ts';
import type { RecordingInfo } from '#lib/audit/recordings/types.ts';
import type { RecordingRule } from '#lib/shared/trail.ts';
import { openRaw } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';

let lab: Lab;
let engine: LabEngine;
let door: DoorUnderTest;
let admin: DoorPerson;
const rules: RecordingRule[] = [{ kind: 'all', value: '' }];

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  await engine.busybox();
  door = await startDoor({ engines: { eng: engine.url }, recordingRules: rules });
  admin = await door.person('administrator');
  const body = { Image: 'busybox', Cmd: ['cat'], Tty: true, OpenStdin: true };
  expect((await engine.api('POST', '/containers/create?name=box', { body })).status).toBe(201);
  expect((await engine.api('POST', '/containers/box/start')).status).toBe(204);
});
afterAll(async () => {
  await door?.close();
  await lab?.close();
});

const upgrade = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';

function post(path: string, body: string, headers = upgrade) {
  const head = `POST /docker/eng/v1.41${path} HTTP/1.1\r\nHost: console.test\r\nAuthorization: Bearer ${admin.token}\r\n`;
  return openRaw(
    door.port,
    `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`,
  );
}

async function startExec(cmd: string[], { tty = false, headers = upgrade, more = {} } = {}) {
  const body = { Cmd: cmd, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: tty, ...more };
  const { Id } = (await engine.api('POST', '/containers/box/exec', { body })).json as { Id: string };
  return { id: Id, raw: post(`/exec/${Id}/start`, JSON.stringify({ Detach: false, Tty: tty }), headers) };
}

/** The newest recording, once it is over, with its lines. */
async function newest(state = 'ended'): Promise<{ info: RecordingInfo; lines: [number, string, string][] }> {
  let info: RecordingInfo | undefined;
  await waitFor('the recording to be over', async () => {
    info = (await listRecordings(door.db, { limit: 1 })).recordings[0];
    return info?.state === state;
  });
  if (!info) throw new Error('nothing was recorded');
  const lines: [number, string, string][] = [];
  for await (const text of readLines(door.db, info.id)) {
    for (const line of text.split('\n').filter(Boolean)) lines.push(JSON.parse(line));
  }
  return { info, lines };
}

const textOf = (lines: [number, string, string][], kind: string) =>
  lines
    .filter(([, one]) => one === kind)
    .map(([, , text]) => text)
    .join('');

describe('a recorded terminal', () => {
  it('says so, and is kept with what was shown and typed, but not what was typed blindly', async () => {
    const { id, raw } = await startExec(['sh'], { tty: true });
    const head = (await raw.until('This terminal is recorded')).toString();
    expect(head).toMatch(/x-pilothouse-recorded: [0-9a-z]{22}/i);
    const size = await post(`/exec/${id}/resize?h=40&w=132`, '', 'Connection: close\r\n').ended;
    expect(size.toString()).toContain(' 200 ');
    await raw.until('# ');
    // The shell draws its prompt again for the new size, whenever that comes: behind an answer it has.
    raw.socket.write('echo re""ady\r');
    await raw.until('ready\r\n/ # ');
    raw.socket.write('echo fi');
    await raw.until('echo fi');
    raw.socket.write('sh\r');
    await raw.until('fish\r\n');
    raw.socket.write('stty -echo; echo q"uie"t; read P; stty echo; echo got-$((40+2))\r');
    await raw.until('\nquiet');
    raw.socket.write('hunter2\r');
    await raw.until('got-42');
    raw.socket.write('exit\r');
    await raw.ended;
    const { info, lines } = await newest();
    expect(info).toMatchObject({
      email: expect.stringContaining('@'),
      engineName: 'eng',
      containerName: 'box',
      kind: 'exec',
      command: ['sh'],
      tty: true,
      cols: 132,
      rows: 40,
      auditId: (await door.records('exec.start'))[0]?.id,
    });
    expect(textOf(lines, 'o')).toContain('got-42');
    expect(textOf(lines, 'i')).toContain('echo fish\r');
    expect(textOf(lines, 'r')).toBe('132x40');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    const search = (text: string) => searchRecordings(door.db, {}, text, AbortSignal.timeout(20_000));
    expect((await search('ECHO FISH')).hits).toMatchObject([
      { where: 'typed', recording: { id: info.id } },
      { where: 'shown', recording: { id: info.id } },
    ]);
    expect((await search('got-42')).hits).toMatchObject([{ where: 'shown' }]);
    expect(await search('hunter2')).toMatchObject({ hits: [], searched: 1 });
  });

  it('passes every byte of a pipe unchanged, both ways, and puts nothing between them', async () => {
    for (const headers of [upgrade, '']) {
      const { raw } = await startExec(['cat'], { headers });
      await raw.until('\r\n\r\n');
      const sent = randomBytes(600_000);
      raw.socket.end(sent);
      const reply = await raw.ended;
      const parts: Buffer[] = [];
      for (let at = reply.indexOf('\r\n\r\n') + 4; at + 8 <= reply.length; ) {
        const length = reply.readUInt32BE(at + 4);
        parts.push(reply.subarray(at + 8, at + 8 + length));
        at += 8 + length;
      }
      expect(Buffer.concat(parts).equals(sent)).toBe(true);
      const { info, lines } = await newest();
      expect(info).toMatchObject({ command: ['cat'], tty: false });
      // What is piped in may be anything, and there is no echo to tell by.
      expect(textOf(lines, 'i')).toBe('');
      expect(textOf(lines, 'o').length).toBeGreaterThan(100_000);
    }
  });

  it('of a main process is recorded by attach, and can be watched and ended by somebody else', async () => {
    const raw = post('/containers/box/attach?stream=1&stdin=1&stdout=1&stderr=1', '');
    await raw.until('This terminal is recorded');
    raw.socket.write('before\r');
    await raw.until('before\r\nbefore');
    const { info } = await newest('running');
    expect(info).toMatchObject({ kind: 'attach', command: ['cat'], state: 'running' });
    const seen: (string | undefined)[] = [];
    const follow = door.recorder.follow(info.id, (line) => seen.push(line));
    await follow?.stored;
    const stored: string[] = [];
    for await (const text of readLines(door.db, info.id)) stored.push(text);
    expect(stored.join('')).toContain('before');
    raw.socket.write('after\r');
    await waitFor('the line to be seen live', async () => seen.join('').includes('after'));
    expect(door.recorder.end(info.id, 'eve@example.org')).toBe(true);
    await raw.ended;
    await waitFor('the end to be told', async () => seen.length > 0 && seen.at(-1) === undefined);
    expect((await newest()).info.id).toBe(info.id);
    expect(door.recorder.end(info.id, 'eve@example.org')).toBe(false);
    expect((await engine.api('GET', '/containers/box/json')).json).toMatchObject({ State: { Running: true } });
  });

  it('is not begun when it can not be stored', async () => {
    const chunks = door.db.schema.alterTable('recordings').renameTo('hidden');
    await chunks.execute();
    const { id, raw } = await startExec(['sh'], { tty: true });
    expect((await raw.ended).toString()).toMatch(/ 503 [\s\S]*can not be stored/);
    await door.db.schema.alterTable('hidden').renameTo('recordings').execute();
    expect((await engine.api('GET', `/exec/${id}/json`)).json).toMatchObject({ Running: false, Pid: 0 });
  });

  it('is none where no rule names the engine', async () => {
    const count = async () => (await listRecordings(door.db, { limit: 100 })).recordings.length;
    const before = await count();
    rules.splice(0, 1, { kind: 'tag', value: 'prod' });
    const { raw } = await startExec(['echo', 'plain']);
    expect((await raw.ended).toString()).not.toMatch(/recorded/i);
    rules.splice(0, 1, { kind: 'all', value: '' });
    expect(await count()).toBe(before);
  });
});
