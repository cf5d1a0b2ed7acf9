import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, openRaw } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';

let lab: Lab;
let engine: LabEngine;
let door: DoorUnderTest;
let admin: DoorPerson;

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  await engine.busybox();
  door = await startDoor({ engines: { eng: engine.url } });
  admin = await door.person('administrator');
  const made = await engine.api('POST', '/containers/create?name=box', {
    body: { Image: 'busybox', Cmd: ['sleep', '10000'] },
  });
  expect(made.status, made.text).toBe(201);
  expect((await engine.api('POST', '/containers/box/start')).status).toBe(204);
});

afterAll(async () => {
  await door?.close();
  await lab?.close();
});

const upgrade = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';

async function makeExec(cmd: string[], more: object = {}): Promise<string> {
  const body = { Cmd: cmd, AttachStdin: true, AttachStdout: true, AttachStderr: true, ...more };
  const reply = await engine.api('POST', '/containers/box/exec', { body });
  expect(reply.status, reply.text).toBe(201);
  return (reply.json as { Id: string }).Id;
}

function startExec(id: string, options: { who?: string; tty?: boolean; behind?: string; headers?: string } = {}) {
  const body = JSON.stringify({ Detach: false, Tty: options.tty ?? false });
  const who = options.who ?? `Authorization: Bearer ${admin.token}\r\n`;
  const head = `POST /docker/eng/v1.41/exec/${id}/start HTTP/1.1\r\nHost: console.test\r\n${who}`;
  const rest = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n${options.headers ?? upgrade}\r\n`;
  return openRaw(door.port, `${head}${rest}${body}${options.behind ?? ''}`);
}

/** The payloads of a multiplexed stream, after the response's head. */
function demultiplex(reply: Buffer): { stdout: Buffer; stderr: Buffer } {
  const parts: Record<number, Buffer[]> = { 1: [], 2: [] };
  let at = reply.indexOf('\r\n\r\n') + 4;
  while (at + 8 <= reply.length) {
    const length = reply.readUInt32BE(at + 4);
    parts[reply[at] ?? 0]?.push(reply.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return { stdout: Buffer.concat(parts[1] ?? []), stderr: Buffer.concat(parts[2] ?? []) };
}

describe('exec and attach without an upgrade, as old clients ask', () => {
  it('are two-way: stdin reaches the process, its end travels alone, and the answer is 200', async () => {
    const id = await makeExec(['sh', '-c', 'cat; echo over']);
    const raw = startExec(id, { headers: '' });
    const head = (await raw.until('\r\n\r\n')).toString('latin1');
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).toMatch(/content-type: application\/vnd\.docker\.raw-stream/i);
    const sent = randomBytes(300_000);
    raw.socket.end(sent);
    const { stdout } = demultiplex(await raw.ended);
    expect(stdout.equals(Buffer.concat([sent, Buffer.from('over\n')]))).toBe(true);
    const exec = await engine.api('GET', `/exec/${id}/json`);
    expect(exec.json).toMatchObject({ Running: false, ExitCode: 0 });
  });

  it('never take stdin for a next request', async () => {
    const id = await makeExec(['head', '-n', '1']);
    const raw = startExec(id, { headers: '' });
    await raw.until('\r\n\r\n');
    const line = 'POST /docker/eng/v1.41/containers/box/kill HTTP/1.1';
    raw.socket.write(`${line}\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\nContent-Length: 0\r\n\r\n`);
    const { stdout } = demultiplex(await raw.ended);
    expect(stdout.toString()).toContain(line);
    expect((await engine.api('GET', '/containers/box/json')).json).toMatchObject({ State: { Running: true } });
  });

  it('attach to the main process, both ways', async () => {
    const made = await engine.api('POST', '/containers/create?name=echo', {
      body: { Image: 'busybox', Cmd: ['cat'], OpenStdin: true, StdinOnce: true },
    });
    expect(made.status, made.text).toBe(201);
    expect((await engine.api('POST', '/containers/echo/start')).status).toBe(204);
    const raw = openRaw(
      door.port,
      `POST /docker/eng/v1.41/containers/echo/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: console.test\r\nAuthorization: Bearer ${admin.token}\r\n\r\n`,
    );
    await raw.until('\r\n\r\n');
    raw.socket.write('hello\n');
    await raw.until('hello');
    raw.socket.end();
    await raw.ended;
    await waitFor('the container to end', async () => {
      const { json } = await engine.api('GET', '/containers/echo/json');
      return (json as { State: { Running: boolean } }).State.Running === false;
    });
  });

  it('answer a detached start plainly, and let the connection go on', async () => {
    const id = await makeExec(['true'], { AttachStdin: false });
    const body = JSON.stringify({ Detach: true, Tty: false });
    const who = `Host: x\r\nAuthorization: Bearer ${admin.token}\r\n`;
    const head = `POST /docker/eng/v1.41/exec/${id}/start HTTP/1.1\r\n${who}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const reply = await openRaw(door.port, head + body).until('\r\n\r\n');
    expect(reply.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('exec through an upgrade', () => {
  it("carries stdin's end alone: what was piped in comes back, then the exit code", async () => {
    const id = await makeExec(['sh', '-c', 'cat; echo err >&2; exit 7']);
    const exec = startExec(id);
    await exec.until('\r\n\r\n');
    exec.socket.end('hello');
    const reply = await exec.ended;
    expect(reply.toString('latin1')).toMatch(/^HTTP\/1\.1 101 UPGRADED\r\n/);
    const { stdout, stderr } = demultiplex(reply);
    expect([stdout.toString(), stderr.toString()]).toEqual(['hello', 'err\n']);
    expect(await engine.api('GET', `/exec/${id}/json`)).toMatchObject({ json: { ExitCode: 7 } });
  });

  it('carries 20 MB through cat unchanged', async () => {
    const exec = startExec(await makeExec(['cat']));
    await exec.until('\r\n\r\n');
    const bytes = randomBytes(20_000_000);
    exec.socket.end(bytes);
    const { stdout } = demultiplex(await exec.ended);
    expect(stdout.length).toBe(bytes.length);
    expect(stdout.equals(bytes)).toBe(true);
    const record = await waitFor('the record', async () => {
      const [latest] = await door.records('exec.start');
      return latest?.outcome === 'done' && latest;
    });
    expect(record).toMatchObject({ status: 101, targets: [{ kind: 'container', name: 'box' }, { kind: 'exec' }] });
    expect(record.bytesOut).toBeGreaterThan(20_000_000);
  });

  it('takes stdin that came in one packet with the request, and only after the 101', async () => {
    const exec = startExec(await makeExec(['cat']), { behind: 'early ' });
    await exec.until('\r\n\r\n');
    exec.socket.end('late');
    expect(demultiplex(await exec.ended).stdout.toString()).toBe('early late');
  });

  it('echoes on a terminal, and takes a resize meanwhile', async () => {
    const id = await makeExec(['sh'], { Tty: true });
    const exec = startExec(id, { tty: true });
    await exec.until('# ');
    const resize = await call(door.port, 'POST', `/docker/eng/v1.41/exec/${id}/resize?h=33&w=77`, {
      headers: { Authorization: `Bearer ${admin.token}` },
    });
    expect(resize.status, resize.text).toBeLessThan(300);
    exec.socket.write('stty size; exit 3\n');
    await exec.until('33 77');
    await exec.ended;
    expect(await engine.api('GET', `/exec/${id}/json`)).toMatchObject({ json: { ExitCode: 3 } });
  });

  it('works without upgrade headers too, as older clients start an exec for its output', async () => {
    const exec = startExec(await makeExec(['echo', 'plain'], { AttachStdin: false }), { headers: '' });
    const reply = await exec.ended;
    expect(reply.toString('latin1')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(demultiplex(reply).stdout.toString()).toBe('plain\n');
  });

  it('ends at the engine when the client is reset', async () => {
    const id = await makeExec(['cat']);
    const exec = startExec(id);
    await exec.until('\r\n\r\n');
    exec.socket.resetAndDestroy();
    await waitFor('cat to end', async () => {
      const { json } = await engine.api('GET', `/exec/${id}/json`);
      return (json as { Running: boolean }).Running === false;
    });
  });

  it('ends when the right ends', async () => {
    const person = await door.person('developer');
    const exec = startExec(await makeExec(['sh', '-c', 'echo there; cat']), {
      who: `Authorization: Bearer ${person.token}\r\n`,
    });
    await exec.until('there');
    await door.identity.grants.remove(person.grantId);
    await exec.ended;
    const record = await waitFor('the record', async () => {
      const [latest] = await door.records('exec.start', { userId: person.userId });
      return latest?.outcome === 'failed' && latest;
    });
    expect(record.error).toContain('grant');
  });
});

describe('a request behind an upgrade', () => {
  const smuggled = 'DELETE /v1.41/containers/box?force=1 HTTP/1.1\r\nHost: docker\r\n\r\n';

  it('reaches nobody when the engine does not upgrade', async () => {
    const id = 'f'.repeat(64);
    const reply = (await startExec(id, { behind: smuggled }).ended).toString();
    expect(reply).toMatch(/^HTTP\/1\.1 404 /);
    expect(reply.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect((await engine.api('GET', '/containers/box/json')).status).toBe(200);
  });

  it('reaches nobody when it stands behind a refused or a plain request', async () => {
    const viewer = await door.person('viewer');
    const refused = startExec(await makeExec(['cat']), {
      who: `Authorization: Bearer ${viewer.token}\r\n`,
      behind: smuggled,
    });
    expect((await refused.ended).toString()).toMatch(/^HTTP\/1\.1 403 /);
    const plain = `GET /docker/eng/v1.41/containers/json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\n`;
    const answered = (await openRaw(door.port, `${plain}${upgrade}\r\n${smuggled}`).ended).toString();
    expect(answered).toMatch(/^HTTP\/1\.1 200 /);
    expect(answered.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect((await engine.api('GET', '/containers/box/json')).status).toBe(200);
  });
});

describe('who may upgrade', () => {
  const cookie = (origin: string) => `Cookie: ${admin.cookie}\r\n${origin}`;

  it("asks cookie principals for the console's own Origin; the header of ours does not do", async () => {
    for (const origin of ['', 'Origin: http://evil.test\r\n', 'Origin: null\r\n', 'X-Pilothouse: 1\r\n']) {
      const reply = (await startExec(await makeExec(['true']), { who: cookie(origin) }).ended).toString();
      expect(reply).toMatch(/^HTTP\/1\.1 403 /);
    }
    const own = startExec(await makeExec(['echo', 'hi']), { who: cookie('Origin: http://console.test\r\n') });
    expect((await own.ended).toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('answers nobody with 401', async () => {
    expect((await startExec(await makeExec(['true']), { who: '' }).ended).toString()).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('refuses attach/ws with a sentence', async () => {
    const head = `GET /docker/eng/v1.41/containers/box/attach/ws?stream=1 HTTP/1.1\r\nHost: x\r\n`;
    const ws = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    const raw = openRaw(door.port, `${head}${ws}Authorization: Bearer ${admin.token}\r\n\r\n`);
    expect((await raw.ended).toString()).toMatch(/^HTTP\/1\.1 403 .*attach\/ws is not offered/s);
  });

  it('refuses a body whose length is not told, is none, or is more than 4 MB', async () => {
    const head = `POST /docker/eng/v1.41/exec/x/start HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\n${upgrade}`;
    for (const [length, status] of [
      ['Transfer-Encoding: chunked', 400],
      ['Content-Length: 5000000', 413],
    ]) {
      const raw = openRaw(door.port, `${head}${length}\r\n\r\n`);
      expect((await raw.ended).toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  });
});

describe('attach', () => {
  it('takes no body, which nobody would have inspected', async () => {
    const head = `POST /docker/eng/v1.41/containers/box/attach?stream=1 HTTP/1.1\r\nHost: x\r\n${upgrade}`;
    const raw = openRaw(door.port, `${head}Authorization: Bearer ${admin.token}\r\nContent-Length: 5\r\n\r\nhello`);
    expect((await raw.ended).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('carries a shell both ways, and ends with its container', async () => {
    const body = {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'read line; echo "got $line"'],
      OpenStdin: true,
      StdinOnce: true,
    };
    await engine.api('POST', '/containers/create?name=reader', { body });
    const query = 'stream=1&stdin=1&stdout=1&stderr=1';
    const head = `POST /docker/eng/v1.41/containers/reader/attach?${query} HTTP/1.1\r\nHost: x\r\n${upgrade}`;
    const raw = openRaw(door.port, `${head}Authorization: Bearer ${admin.token}\r\nContent-Length: 0\r\n\r\n`);
    await raw.until('101 UPGRADED');
    await engine.api('POST', '/containers/reader/start');
    raw.socket.write('hello\n');
    expect(demultiplex(await raw.ended).stdout.toString()).toBe('got hello\n');
  });
});
