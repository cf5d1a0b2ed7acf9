import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, openRaw } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';

let lab: Lab;
let good: LabEngine;
let bad: LabEngine;
let door: DoorUnderTest;
let admin: DoorPerson;

beforeAll(async () => {
  lab = await startLab();
  [good, bad] = [await lab.engine(), await lab.engine()];
  await bad.busybox();
  door = await startDoor({ engines: { good: good.url, bad: bad.url }, readTimeoutMs: 2000 });
  admin = await door.person('administrator');
  const body = { Image: 'busybox', Cmd: ['sh', '-c', 'echo first; sleep 10000'], Tty: true };
  await bad.api('POST', '/containers/create?name=talker', { body });
  await bad.api('POST', '/containers/talker/start');
});

afterAll(async () => {
  await door?.close();
  await lab?.close();
});

const get = (path: string) =>
  call(door.port, 'GET', `/docker/${path}`, { headers: { Authorization: `Bearer ${admin.token}` } });

describe('a real engine', () => {
  it('that hangs is 504 for reads, costs the other one nothing, and answers again when it goes on', async () => {
    bad.hang();
    try {
      const hung = get('bad/info');
      expect((await get('good/info')).status).toBe(200);
      expect([502, 504]).toContain((await hung).status);
    } finally {
      bad.resume();
    }
    await waitFor('the engine to answer again', async () => (await get('bad/info')).status === 200);
  });

  it('that crashes ends its streams, is 502 while it is down, and comes back', async () => {
    const head = 'GET /docker/bad/v1.41/containers/talker/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n';
    const raw = openRaw(door.port, `${head}Authorization: Bearer ${admin.token}\r\n\r\n`);
    await raw.until('first');
    await bad.kill9();
    await raw.ended;
    const down = await get('bad/info');
    expect([down.status, down.json]).toEqual([502, { message: expect.any(String) }]);
    expect((await get('good/info')).status).toBe(200);
    await bad.restart();
    await waitFor('the engine to answer again', async () => (await get('bad/info')).status === 200);
  });
});
