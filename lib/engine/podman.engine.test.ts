import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, type LabPodman, startLab, waitFor } from '#tests/lab/lab.ts';
import { addPlain, containersOf, openRoom, type TestRoom, waitForState } from './testing/room.ts';

let lab: Lab;
let podman: LabPodman;
let room: TestRoom;
let id: string;

beforeAll(async () => {
  lab = await startLab();
  podman = await lab.podman();
  await podman.busybox();
  room = await openRoom();
  room.engines.start();
  id = (await addPlain(room.engines, 'pod', podman.url)).id;
});
afterAll(async () => {
  await room?.close();
  await lab?.close();
});

test("Podman's Docker socket is followed like an engine, under its own name", async () => {
  const { engines } = room;
  expect(await waitForState(engines, id, 'live')).toMatchObject({ product: 'Podman' });
  await waitFor('the image', () => engines.snapshot(id, ['image']).rows.length > 0);
  const shows = (state: string | undefined) =>
    waitFor(
      `pod-one to be ${state}`,
      () => containersOf(engines, id).find(({ name }) => name === 'pod-one')?.state === state,
    );
  expect(
    await podman.docker('create', '--name', 'pod-one', '--network', 'none', 'busybox', 'sleep', '9999'),
  ).toMatchObject({
    code: 0,
  });
  await shows('created');
  expect(await podman.docker('start', 'pod-one')).toMatchObject({ code: 0 });
  await shows('running');
  expect(await podman.docker('stop', '-t', '0', 'pod-one')).toMatchObject({ code: 0 });
  await shows('exited');
  expect(await podman.docker('rm', 'pod-one')).toMatchObject({ code: 0 });
  await shows(undefined);
  expect(engines.status(id)?.state).toBe('live');
});
