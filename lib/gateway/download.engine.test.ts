import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '#tests/door/call.ts';
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
  admin = await door.person('developer');
  for (const [name, Tty] of [
    ['framed', false],
    ['terminal', true],
  ] as const) {
    const body = { Image: 'busybox', Cmd: ['sh', '-c', 'echo out; sleep 0.1; echo err >&2'], Tty };
    await engine.api('POST', `/containers/create?name=${name}`, { body });
    await engine.api('POST', `/containers/${name}/start`);
    await engine.api('POST', `/containers/${name}/wait`);
  }
});

afterAll(async () => {
  await door?.close();
  await lab?.close();
});

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const formType = { 'Content-Type': 'application/x-www-form-urlencoded' };

function download(path: string, more: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const session = { ...admin.principal, via: { kind: 'session' as const, id: admin.sessionId } };
  const csrfToken = door.identity.csrfToken(session);
  const body = form({ csrfToken, engine: 'eng', path, filename: 'a.txt', ...more });
  return call(door.port, 'POST', '/api/download', { headers: { ...formType, Cookie: admin.cookie, ...headers }, body });
}

describe('POST /api/download', () => {
  it('gives the whole log as text, of a terminal or in frames', async () => {
    const query = 'logs?stdout=1&stderr=1';
    const framed = await download(`/containers/framed/${query}`);
    expect(framed).toMatchObject({ status: 200, text: 'out\nerr\n' });
    expect(framed.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect((await download(`/containers/terminal/${query}`)).text).toBe('out\r\nerr\r\n');
  });

  it('gives a file of a container as an attachment that runs no script', async () => {
    const reply = await download('/containers/framed/archive?path=/etc/passwd', { filename: 'pä"s\\s/../w.tar' });
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('root:x:0:0');
    expect(reply.headers['content-disposition']).toBe(
      `attachment; filename="p__s_s_.._w.tar"; filename*=UTF-8''p%C3%A4%22s_s_.._w.tar`,
    );
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    await waitFor('the record', async () => {
      const [record] = await door.records('container.archive-read');
      return record?.outcome === 'done' && record.via?.includes('session');
    });
  });

  it('needs a session and its own CSRF token; a token or our header does not do', async () => {
    const path = '/containers/framed/logs?stdout=1';
    expect((await download(path, { csrfToken: 'wrong' })).status).toBe(403);
    const other = await door.person('developer');
    expect((await download(path, {}, { Cookie: other.cookie })).status).toBe(403);
    const bearer = { Cookie: '', Authorization: `Bearer ${admin.token}`, 'X-Pilothouse': '1' };
    expect((await download(path, {}, bearer)).status).toBe(401);
  });

  it('goes through the door: roles, unknown paths and the engine’s own errors', async () => {
    expect((await download('/containers/none/logs?stdout=1')).json).toMatchObject({
      message: 'No such container: none',
    });
    expect((await download('/../etc/passwd')).status).toBe(400);
    expect((await download('/debug/pprof')).status).toBe(403);
    expect((await download('/containers/framed/logs?stdout=1', { engine: 'none' })).status).toBe(404);
  });

  it('takes a form and nothing else', async () => {
    const headers = { Cookie: admin.cookie };
    expect((await call(door.port, 'GET', '/api/download', { headers })).status).toBe(400);
    expect((await call(door.port, 'POST', '/api/download', { headers, body: {} })).status).toBe(400);
    expect(
      (await call(door.port, 'POST', '/api/download', { headers: { ...headers, ...formType }, body: 'a=b' })).status,
    ).toBe(400);
  });
});
