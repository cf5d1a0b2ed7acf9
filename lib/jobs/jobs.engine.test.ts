import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobStep } from '#lib/shared/realtime.ts';
import { type Lab, type LabEngine, type LabRegistry, startLab, waitFor } from '#tests/lab/lab.ts';
import { connectRealtime, type RealtimeClient } from '#tests/realtime/client.ts';
import { type RealtimeUnderTest, startRealtime } from '#tests/realtime/start-realtime.ts';
import { openJobs } from './jobs.ts';

let lab: Lab;
let registry: LabRegistry;
let engine: LabEngine;
let server: RealtimeUnderTest;
let client: RealtimeClient;

const step = (label: string, method: JobStep['method'], path: string, body?: unknown): JobStep => ({
  engine: 'a',
  method,
  path,
  label,
  body,
});
const latest = (id: string, by = client) => (by.received('job:change') as Job[]).filter((job) => job.id === id).at(-1);
const jobEnd = (id: string, by = client) =>
  waitFor('the end of the job', () => {
    const job = latest(id, by);
    return job && job.state !== 'running' && job;
  });

async function create(...names: string[]): Promise<void> {
  for (const name of names) await engine.docker('run', '-d', '--init', '--name', name, 'busybox', 'sleep', '1000');
}

beforeAll(async () => {
  lab = await startLab();
  registry = await lab.registry();
  engine = await lab.engine({ registryMirror: registry });
  await engine.busybox();
  await create('j3');
  server = await startRealtime({ engines: { a: engine.url } });
  client = await connectRealtime(server, await server.person('developer'));
});

afterAll(async () => {
  client?.close();
  await server?.close();
  await lab?.close();
});

describe('jobs', () => {
  it('runs its steps on the server and gives each its own result', async () => {
    await create('j1', 'j2');
    const job = await client.ask<Job>('job:start', {
      title: 'Stop 3 containers',
      steps: [
        step('stop j1', 'POST', '/containers/j1/stop?t=1'),
        step('stop nothing', 'POST', '/containers/nothing/stop'),
        step('stop j2', 'POST', '/containers/j2/stop?t=1'),
      ],
    });
    expect(job.state).toBe('running');
    const end = await jobEnd(job.id);
    expect(end.state).toBe('failed');
    expect(end.items.map(({ state }) => state)).toEqual(['done', 'failed', 'done']);
    expect(end.items[1]?.message).toContain('nothing');
    expect((await engine.docker('inspect', '-f', '{{.State.Running}}', 'j1')).stdout.trim()).toBe('false');
    const list = await client.ask<Job[]>('jobs:open');
    expect(list.find(({ id }) => id === job.id)).toEqual(end);
  });

  it('stops at the first failure when asked to, in the order of its steps', async () => {
    const steps = [
      step('volume', 'POST', '/volumes/create', { Name: 'j-volume' }),
      step('fails', 'POST', '/containers/nothing/start'),
      step('never', 'POST', '/volumes/create', { Name: 'j-never' }),
    ];
    const { id } = await client.ask<Job>('job:start', { title: 'In order', steps, stopOnError: true });
    const end = await jobEnd(id);
    expect(end.items.map(({ state }) => state)).toEqual(['done', 'failed', 'cancelled']);
    expect((await engine.docker('volume', 'ls', '-q')).stdout).not.toContain('j-never');
  });

  it('runs as the person: what they may not do fails with the reason', async () => {
    const viewer = await connectRealtime(server, await server.person('viewer'));
    const steps = [step('stop', 'POST', '/containers/j1/stop')];
    const { id } = await viewer.ask<Job>('job:start', { title: 'Not mine to stop', steps });
    const end = await jobEnd(id, viewer);
    expect(end.items[0]).toMatchObject({ state: 'failed' });
    expect(end.items[0]?.message).toContain('container.stop');
    expect(end.items[0]?.auditId).toBeTruthy();
    viewer.close();
  });

  it('is told to its owner and to administrators, and to nobody else', async () => {
    const admin = await connectRealtime(server, await server.person('administrator'));
    const other = await connectRealtime(server, await server.person('developer'));
    const steps = [step('volume', 'POST', '/volumes/create', { Name: 'j-own' })];
    const { id } = await client.ask<Job>('job:start', { title: 'Mine', steps });
    await jobEnd(id);
    await jobEnd(id, admin);
    expect(latest(id, other)).toBeUndefined();
    expect((await other.ask<Job[]>('jobs:open')).some((job) => job.id === id)).toBe(false);
    await expect(other.ask('job:cancel', { id })).rejects.toThrow('not-found');
    admin.close();
    other.close();
  });

  it('goes on when its page is closed, and can be cancelled from another', async () => {
    const person = await server.person('developer');
    const page = await connectRealtime(server, person);
    // Far more steps than run at once: most of them wait.
    const steps = [step('wait', 'POST', '/containers/j3/wait'), step('then', 'POST', '/containers/j3/stop?t=0')];
    for (let i = 0; i < 7; i++) steps.unshift(step(`wait ${i}`, 'POST', '/containers/j3/wait'));
    const { id } = await page.ask<Job>('job:start', { title: 'Wait', steps });
    await waitFor('the first to run', () => latest(id, page)?.items[0]?.state === 'running');
    page.close();
    const back = await connectRealtime(server, person);
    const [job] = await back.ask<Job[]>('jobs:open');
    expect(job).toMatchObject({ id, state: 'running' });
    expect(job?.items.filter(({ state }) => state === 'waiting').length).toBeGreaterThan(0);
    await back.ask('job:cancel', { id });
    const end = await jobEnd(id, back);
    expect(end.state).toBe('cancelled');
    expect(new Set(end.items.map(({ state }) => state))).toEqual(new Set(['cancelled']));
    expect((await engine.docker('inspect', '-f', '{{.State.Running}}', 'j3')).stdout.trim()).toBe('true');
    back.close();
  });

  it('fails what remains when the right is taken away in the middle', async () => {
    const person = await server.person('developer');
    const page = await connectRealtime(server, person);
    // As many waits as may run at once: the last step has to wait for one of them to end.
    const steps = Array.from({ length: 8 }, (_, i) => step(`wait ${i}`, 'POST', '/containers/j3/wait'));
    steps.push(step('then', 'POST', '/volumes/create', { Name: 'j-late' }));
    const { id } = await page.ask<Job>('job:start', { title: 'Revoked', steps });
    await waitFor('the waits to run', () => latest(id, page)?.items[7]?.state === 'running');
    await server.identity.grants.remove(person.grantId);
    const end = await jobEnd(id, page);
    expect(new Set(end.items.map(({ state }) => state))).toEqual(new Set(['failed']));
    expect((await engine.docker('volume', 'ls', '-q')).stdout).not.toContain('j-late');
    page.close();
  });

  it('shows a pull’s progress by layer, and an error inside a good answer as a failure', async () => {
    // An image of its own: of one that containers use nothing would have to be pulled.
    await engine.busybox(`${registry.address}/library/pulled:1`);
    const pushed = await engine.docker('push', `${registry.address}/library/pulled:1`);
    expect(pushed.code).toBe(0);
    await engine.docker('rmi', '-f', `${registry.address}/library/pulled:1`);
    const steps = [
      step('pull', 'POST', '/images/create?fromImage=pulled&tag=1'),
      step('pull nothing', 'POST', '/images/create?fromImage=pulled&tag=none'),
    ];
    const { id } = await client.ask<Job>('job:start', { title: 'Pull', steps });
    const end = await jobEnd(id);
    expect(end.items[0]).toMatchObject({ state: 'done' });
    expect(end.items[0]?.layers?.[0]?.status).toMatch(/Pull complete|Already exists|Download complete/);
    expect(end.items[1]?.state).toBe('failed');
    expect(end.items[1]?.message).toBeTruthy();
  });

  it('tells what was running when the console ended as interrupted, never as done', async () => {
    const { id } = await client.ask<Job>('job:start', {
      title: 'Crash',
      steps: [step('wait', 'POST', '/containers/j3/wait')],
    });
    await waitFor('it to run', () => latest(id)?.items[0]?.state === 'running');
    // What a console that starts on this database finds.
    const after = await openJobs({ ...server, log: { error: () => {} } });
    const person = await server.identity.users.list();
    const owner = person.find((user) => user.id === latest(id)?.userId);
    expect(owner).toBeDefined();
    const rows = await server.db.selectFrom('jobs').selectAll().where('id', '=', id).execute();
    expect(rows[0]?.state).toBe('interrupted');
    expect(rows[0]?.items).toContain('interrupted');
    await after.stop();
    await client.ask('job:cancel', { id });
    await jobEnd(id);
  });
});
