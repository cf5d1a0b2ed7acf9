import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineStatus, InventoryChange, InventorySnapshot } from '#lib/shared/inventory.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import type { EngineStatsItem, EventItem, Job, LogsItem, StatsItem, TerminalItem } from '#lib/shared/realtime.ts';
import { fillTwoProjects } from '#tests/door/two-projects.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { connectRealtime, ended, type RealtimeClient } from '#tests/realtime/client.ts';
import { type RealtimePerson, type RealtimeUnderTest, startRealtime } from '#tests/realtime/start-realtime.ts';

const shop = { project: 'shop', images: ['shop/*'] };
const everywhere = { kind: 'all', value: '' } as const;

let lab: Lab;
let engine: LabEngine;
let server: RealtimeUnderTest;
let ids: Record<string, string>;

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  ({ ids } = await fillTwoProjects(engine));
  server = await startRealtime({ engines: { eng: engine.url } });
});

afterAll(async () => {
  await server?.close();
  await lab?.close();
});

interface Opened {
  engines: EngineStatus[];
  snapshots: InventorySnapshot[];
}
const openLists = (client: RealtimeClient) => client.ask<Opened>('inventory:open', { kinds: [...inventoryKinds] });
const logs = (container: string) => ({
  sources: [{ engine: 'eng', container }],
  ...{ stdout: true, stderr: true, tail: 10, follow: true },
});
const terminal = (container: string) => ({
  engine: 'eng',
  container,
  ...{ kind: 'exec', command: ['sh'], cols: 80, rows: 24 },
});

async function connect(role: 'viewer' | 'operator' | 'developer') {
  const person = await server.person(role, everywhere, shop);
  return { person, client: await connectRealtime(server, person) };
}

/** A change of the scope, as an administrator makes it. */
async function regrant(person: RealtimePerson, role: string, resource: { project: string }) {
  await server.identity.grants.remove(person.grantId);
  await server.identity.grants.add({
    subjectKind: 'user',
    subjectId: person.userId,
    role,
    scope: everywhere,
    resource,
  });
}

describe('live channels of somebody with a scope', () => {
  it('list and count what is in the scope, and hear of nothing else', async () => {
    const { client } = await connect('viewer');
    const { engines, snapshots } = await openLists(client);
    const told = JSON.stringify(snapshots);
    expect(told).not.toMatch(/bank|corp/);
    expect(told).not.toContain(ids['anonymous of bank-web']);
    const names = snapshots[0]?.rows.flatMap((row) => (row.kind === 'image' ? row.tags : [row.name]));
    expect(names).toEqual(
      expect.arrayContaining(['shop-web', 'shop-db', 'shop/web:1', 'shop_default', 'bridge', 'shop_data', 'common']),
    );
    expect(names).toContain(ids['anonymous of shop-web']);
    expect(engines[0]?.counts).toMatchObject({ containers: 2, running: 1, images: 1 });

    await engine.docker('start', 'bank-db');
    await engine.docker('start', 'shop-db');
    const changes = () => client.received('inventory:change') as InventoryChange[];
    await waitFor('the change of shop-db', () =>
      changes().some(({ upserts }) => upserts.some((row) => row.kind === 'container' && row.state === 'running')),
    );
    expect(JSON.stringify(changes())).not.toMatch(/bank/);
    client.close();
  });

  it('open on what is in the scope alone, by name, id and short id', async () => {
    const { client } = await connect('developer');
    const bank = ids['bank-web'] ?? '';
    for (const name of ['bank-web', bank, bank.slice(0, 12)]) {
      await expect(client.ask('logs:open', logs(name))).rejects.toThrow(/not-found: No such container/);
      await expect(client.ask('stats:open', { engine: 'eng', container: name })).rejects.toThrow(/not-found/);
      await expect(client.ask('terminal:open', terminal(name))).rejects.toThrow(/not-found/);
      await expect(client.ask('terminal:shells', { engine: 'eng', container: name })).rejects.toThrow(/not-found/);
      const before = { engine: 'eng', container: name, stdout: true, stderr: true, before: '2030-01-01T00:00:00Z' };
      await expect(client.ask('logs:before', { ...before, count: 10 })).rejects.toThrow(/not-found/);
      const search = { pattern: 'x', regex: false, caseSensitive: false, limit: 10 };
      await expect(client.ask('logs:search', { ...search, sources: logs(name).sources })).rejects.toThrow(/not-found/);
    }
    const own = await client.open<LogsItem>('logs:open', logs('shop-web'));
    expect(own.end).toBeUndefined();
    // One source out of the scope among others: a notice in its place, and none of its lines.
    const both = {
      ...logs('shop-web'),
      sources: ['shop-web', 'bank-web'].map((container) => ({ engine: 'eng', container })),
    };
    const merged = await client.open<LogsItem>('logs:open', both);
    const notice = await waitFor('the notice', () => merged.items.find((item) => 'notice' in item));
    expect(notice).toMatchObject({ source: 1, notice: expect.stringMatching(/No such container/) });
    client.close();
  });

  it('tell of the events in the scope alone', async () => {
    const { client } = await connect('viewer');
    const channel = await client.open<EventItem>('events:open', { engine: 'eng' });
    await engine.docker('pause', 'bank-web');
    await engine.docker('unpause', 'bank-web');
    await engine.docker('pause', 'shop-web');
    await engine.docker('unpause', 'shop-web');
    await waitFor('the events of shop-web', () => channel.items.some(({ action }) => action === 'unpause'));
    expect(JSON.stringify(channel.items)).not.toMatch(/bank/);
    client.close();
  });

  it('sum up the use of the containers in the scope', async () => {
    const { client } = await connect('viewer');
    const whole = await connectRealtime(server, await server.person('viewer'));
    const of = async (from: RealtimeClient) => {
      const channel = await from.open<EngineStatsItem>('engine-stats:open', { engines: ['eng'] });
      return waitFor('a sum', () => channel.items.at(-1));
    };
    const running = (await engine.docker('ps', '-q')).stdout.split('\n').filter(Boolean).length;
    const [all, own] = await Promise.all([of(whole), of(client)]);
    expect(all.running).toBe(running);
    expect(own.running).toBe(running - 2);
    client.close();
    whole.close();
  });

  it('run a job’s steps on what is in the scope, and have no such container for the others', async () => {
    const { client } = await connect('operator');
    const step = (name: string) => ({
      engine: 'eng',
      method: 'POST',
      path: `/containers/${name}/restart?t=0`,
      label: `restart ${name}`,
    });
    const { id } = await client.ask<Job>('job:start', {
      title: 'restart',
      steps: [step('bank-db'), step('shop-db')],
    });
    const done = await waitFor('the end of the job', async () => {
      const jobs = await client.ask<Job[]>('jobs:open');
      return jobs.find((job) => job.id === id && job.state !== 'running');
    });
    expect(done.items.map(({ state }) => state)).toEqual(['failed', 'done']);
    expect(JSON.stringify(done.items[0])).toMatch(/No such container: bank-db/);
    client.close();
  });

  it('end when the scope no longer reaches their object, and say so; the lists follow', async () => {
    const { client, person } = await connect('developer');
    await openLists(client);
    const log = await client.open<LogsItem>('logs:open', logs('shop-web'));
    const shell = await client.open<TerminalItem>('terminal:open', terminal('shop-web'));
    await waitFor('the prompt', () => shell.items.some((item) => 'data' in item && item.data.includes('#')));
    const stats = await client.open<StatsItem>('stats:open', { engine: 'eng', container: 'shop-web' });
    const ends = Promise.all([ended(log), ended(shell), ended(stats)]);
    const from = performance.now();
    // Nobody lets these timers run: what ends was pushed, and no timer polls for it.
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
    const [logEnd, shellEnd, statsEnd] = await regrant(person, 'developer', { project: 'bank' })
      .then(() => ends)
      .finally(() => vi.useRealTimers());
    process.stdout.write(`ended ${Math.round(performance.now() - from)} ms after the grant was changed\n`);
    expect(logEnd.message).toMatch(/scope|grant/);
    expect(shellEnd.message).toMatch(/scope|grant/);
    expect(statsEnd.message).toMatch(/scope|grant/);
    const resets = () => client.received('inventory:reset') as InventorySnapshot[];
    const last = await waitFor('the lists of the new scope', () => {
      const reset = resets().at(-1);
      return reset?.rows.some((row) => row.kind === 'container' && row.name === 'bank-web') ? reset : undefined;
    });
    expect(JSON.stringify(last)).not.toMatch(/shop/);
    client.close();
  });
});
