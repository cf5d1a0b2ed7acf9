import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabEngine, startLab } from '#tests/lab/lab.ts';
import { openRoom, type TestRoom, textOf, tlsSecrets, waitForState } from './testing/room.ts';
import type { EngineInput } from './types.ts';

let lab: Lab;
let engine: LabEngine;
let plain: LabEngine;
let room: TestRoom;

beforeAll(async () => {
  lab = await startLab();
  [engine, plain] = await Promise.all([lab.engine({ tls: true, ssh: true }), lab.engine({ tcp: true })]);
  await Promise.all([engine.busybox(), plain.busybox()]);
  for (const each of [engine, plain])
    await each.docker('run', '-d', '--init', '--name', 'cat', 'busybox', 'sleep', '9999');
  room = await openRoom();
  room.engines.start();
});
afterAll(async () => {
  await room?.close();
  await lab?.close();
});

const kinds = ['unix', 'tcp', 'tls', 'ssh'] as const;

function inputFor(kind: (typeof kinds)[number]): EngineInput {
  const base = { name: `by-${kind}`, tags: [], secrets: {} };
  if (kind === 'unix') return { ...base, url: engine.url };
  if (kind === 'tcp') return { ...base, url: plain.tcp?.url ?? '' };
  if (kind === 'tls') return { ...base, url: engine.tls?.url ?? '', secrets: tlsSecrets(engine) };
  const { ssh } = engine;
  if (!ssh) throw new Error('no ssh');
  const identity = readFileSync(ssh.identityPath, 'utf8');
  return { ...base, url: ssh.url, secrets: { identity }, hostKey: ssh.hostKeyFingerprint };
}

describe.each(kinds)('over %s', (kind) => {
  test('an engine tests well, becomes live and shows its containers', async () => {
    const input = inputFor(kind);
    const { engines } = room;
    expect(await engines.test(input, AbortSignal.timeout(30_000))).toMatchObject({ ok: true });
    const { id } = await engines.add(input);
    const status = await waitForState(engines, id, 'live');
    expect(status).toMatchObject({ transport: kind, product: 'Docker', counts: { running: 1 } });
    expect(engines.apiVersion(id)).toBe(status.apiVersion);
    expect(engines.snapshot(id, ['container']).rows).toMatchObject([{ name: 'cat', state: 'running' }]);
  });

  test('many requests at once all answer over the bounded pool', async () => {
    const { engines } = room;
    const id = engines.find(`by-${kind}`)?.id ?? '';
    const ask = async () => {
      const reply = await engines.request(id, {
        ...{ method: 'GET', path: '/containers/json', headers: {} },
        ...{ signal: AbortSignal.timeout(60_000), headTimeoutMs: 60_000 },
      });
      return `${reply.status} ${(await textOf(reply.body)).includes('/cat')}`;
    };
    const replies = await Promise.all(Array.from({ length: 200 }, ask));
    expect(new Set(replies)).toEqual(new Set(['200 true']));
  });

  test("an upgraded stream carries 5 MB through cat, and the input's end travels alone", async () => {
    const { engines } = room;
    const id = engines.find(`by-${kind}`)?.id ?? '';
    const stream = await engines.connect(id, AbortSignal.timeout(30_000));
    const size = 5 * 1024 * 1024;
    await startCat(kind === 'tcp' ? plain : engine, stream);
    // Read while writing: what cat can't get rid of it stops taking.
    const got = readFrames(stream);
    const block = Buffer.alloc(65_536, 'x');
    for (let sent = 0; sent < size; sent += block.length) if (!stream.write(block)) await once(stream, 'drain');
    stream.end();
    // What comes after our end proves the half-open stream.
    expect(await got).toBe(size);
  });

  test('aborting a request that waits ends it at once with the reason', async () => {
    const { engines } = room;
    const id = engines.find(`by-${kind}`)?.id ?? '';
    const abort = new AbortController();
    const waiting = engines.request(id, {
      ...{ method: 'POST', path: '/containers/cat/wait', headers: {}, signal: abort.signal },
    });
    // 20.10 sends the head of a wait at once, so the end may come as the body's.
    const ended = waiting.then((reply) => textOf(reply.body));
    abort.abort(new Error('the client has gone'));
    await expect(ended).rejects.toThrow();
  });
});

/** Starts `cat` in the container and hijacks its stream. */
async function startCat(target: LabEngine, stream: Duplex): Promise<void> {
  const made = await target.api('POST', '/containers/cat/exec', {
    body: { AttachStdin: true, AttachStdout: true, Cmd: ['cat'] },
  });
  const exec = (made.json as { Id: string }).Id;
  const body = '{"Detach":false,"Tty":false}';
  stream.write(
    `POST /exec/${exec}/start HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  let head = '';
  while (!head.includes('\r\n\r\n')) {
    const chunk: Buffer | null = stream.read();
    if (chunk) head += chunk.toString('latin1');
    else await once(stream, 'readable');
  }
  const [before = '', after = ''] = head.split('\r\n\r\n');
  expect(before).toContain('101');
  if (after) stream.unshift(Buffer.from(after, 'latin1'));
}

/** Counts the bytes in the engine's frames: eight bytes of head before each piece. */
async function readFrames(stream: Duplex): Promise<number> {
  let bytes = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 8 && rest.length >= 8 + rest.readUInt32BE(4)) {
      const length = rest.readUInt32BE(4);
      bytes += length;
      rest = rest.subarray(8 + length);
    }
  }
  return bytes;
}
