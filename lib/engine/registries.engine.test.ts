import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretBox } from '#lib/db/secret-box.ts';
import { type Lab, type LabEngine, type LabRegistry, startLab } from '#tests/lab/lab.ts';
import { createRegistries } from './registries.ts';
import type { Registries } from './registries-types.ts';
import { openRoom, type TestRoom } from './testing/room.ts';

let lab: Lab;
let old: LabEngine;
let newest: LabEngine;
let registry: LabRegistry;
let room: TestRoom;
let registries: Registries;

beforeAll(async () => {
  lab = await startLab();
  registry = await lab.registry({ auth: true });
  const flags = ['--insecure-registry', registry.address];
  [old, newest] = await Promise.all([lab.engine({ flags }), lab.engine({ version: 'newest', flags })]);
  await old.busybox();
  await registry.seed(old);
  room = await openRoom();
  registries = createRegistries({ db: room.db, secretBox: secretBox('a secret for tests') });
});
afterAll(async () => {
  await room?.close();
  await lab?.close();
});

test('stored credentials let 20.10 and the newest engine pull from a registry that asks for them', async () => {
  const image = `${registry.address}/library/busybox:latest`;
  const pull = async (engine: LabEngine, header?: string) => {
    const path = `/images/create?fromImage=${encodeURIComponent(`${registry.address}/library/busybox`)}&tag=latest`;
    const reply = await engine.api('POST', path, { headers: header ? { 'X-Registry-Auth': header } : {} });
    return reply.text;
  };
  expect(await pull(old)).toMatch(/no basic auth|unauthorized|authentication required/);
  const { username = '', password = '' } = registry.auth ?? {};
  await registries.add({ address: registry.address, username, password });
  const header = await registries.authHeader(image);
  for (const engine of [old, newest]) {
    expect(await pull(engine, header)).toMatch(/Downloaded newer image|up to date/);
    expect((await engine.api('GET', `/images/${encodeURIComponent(image)}/json`)).status).toBe(200);
  }
});
