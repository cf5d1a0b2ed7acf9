import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Capabilities } from '#lib/shared/access.ts';
import type { EngineStatus, InventoryChange, InventorySnapshot } from '#lib/shared/inventory.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import { type EngineStatsItem, type EventItem, realtimePath, type StatsItem } from '#lib/shared/realtime.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { connectRealtime, ended, type RealtimeClient } from '#tests/realtime/client.ts';
import { type RealtimePerson, type RealtimeUnderTest, startRealtime } from '#tests/realtime/start-realtime.ts';

let lab: Lab;
let a: LabEngine;
let b: LabEngine;
let server: RealtimeUnderTest;

interface Opened {
  engines: EngineStatus[];
  snapshots: InventorySnapshot[];
  capabilities: Capabilities;
}
const openInventory = (client: RealtimeClient) => client.ask<Opened>('inventory:open', { kinds: [...inventoryKinds] });
const changes = (client: RealtimeClient) => client.received('inventory:change') as InventoryChange[];
const showsContainer = (client: RealtimeClient, name: string) =>
  changes(client).some(({ upserts }) => upserts.some((row) => row.kind === 'container' && row.name === name));
const run = (engine: LabEngine, name: string, ...command: string[]) =>
  engine.docker('run', '-d', '--init', '--name', name, 'busybox', ...command);

beforeAll(async () => {
  lab = await startLab();
  [a, b] = await Promise.all([lab.engine(), lab.engine()]);
  await Promise.all([a.busybox(), b.busybox()]);
  server = await startRealtime({ engines: { a: a.url, b: b.url } });
});

afterAll(async () => {
  await server?.close();
  await lab?.close();
});

describe('who may connect', () => {
  let person: RealtimePerson;
  beforeAll(async () => {
    person = await server.person('viewer');
  });

  it('refuses nobody and a cookie that is none, and says why', async () => {
    await expect(connectRealtime(server, undefined)).rejects.toThrow('not-signed-in');
    await expect(connectRealtime(server, { cookie: 'pilothouse.session=x' })).rejects.toThrow('not-signed-in');
  });

  it('refuses a cookie from another site’s page (cross-site WebSocket hijacking)', async () => {
    await expect(connectRealtime(server, person, { origin: 'http://evil.test' })).rejects.toThrow('forbidden');
    const noOrigin = io(server.url, {
      path: realtimePath,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie: person.cookie },
    });
    const error = await new Promise<Error>((resolve) => noOrigin.once('connect_error', resolve));
    expect(error.message).toContain('Origin');
    noOrigin.close();
  });

  it('lets a token in by its header, without an origin', async () => {
    const client = await connectRealtime(server, undefined, { authorization: `Bearer ${person.token}` });
    expect((await openInventory(client)).engines).toHaveLength(2);
    client.close();
  });

  it('takes no long polling', async () => {
    const reply = await fetch(`${server.url}${realtimePath}/?EIO=4&transport=polling`, {
      headers: { cookie: person.cookie },
    });
    expect(reply.status).toBe(400);
  });

  it('answers what is malformed with an error, and goes on', async () => {
    const client = await connectRealtime(server, person);
    await expect(client.ask('logs:open', { sources: 'x' })).rejects.toThrow('bad-request');
    await expect(client.ask('inventory:open', { kinds: ['container', 'secret'] })).rejects.toThrow('bad-request');
    await expect(client.ask('job:start', { title: 'x', steps: [] })).rejects.toThrow('bad-request');
    await expect(client.ask('terminal:input', 'c1')).rejects.toThrow('bad-request');
    client.socket.emit('channel:ack', { not: 'a channel' });
    client.socket.emit('unknown:event', 1);
    expect((await openInventory(client)).engines).toHaveLength(2);
    client.close();
  });

  it('bounds the streams of one connection and the rate of its requests', async () => {
    const client = await connectRealtime(server, person);
    for (let i = 0; i < 64; i++) await client.ask('engine-stats:open', { engines: [] });
    await expect(client.ask('engine-stats:open', { engines: [] })).rejects.toThrow('too-many');
    const many = await Promise.allSettled(Array.from({ length: 2000 }, () => client.ask('inventory:close')));
    expect(many.some((one) => one.status === 'rejected' && String(one.reason).includes('too-many'))).toBe(true);
    client.close();
  });
});

describe('lists', () => {
  it('gives the lists at once, then every change', async () => {
    const client = await connectRealtime(server, await server.person('viewer'));
    const opened = await openInventory(client);
    expect(opened.engines.map(({ name, state }) => [name, state])).toEqual([
      ['a', 'live'],
      ['b', 'live'],
    ]);
    expect(opened.snapshots).toHaveLength(2);
    expect(opened.snapshots[0]?.rows.some((row) => row.kind === 'image')).toBe(true);
    expect(opened.capabilities.engines.a?.operations).toContain('container.list');
    await run(a, 'seen', 'sleep', '1000');
    await waitFor('the container', () => showsContainer(client, 'seen'));
    client.close();
  });

  it('shows an engine to those with a grant on it alone', async () => {
    const engine = server.engines.find('b');
    const client = await connectRealtime(
      server,
      await server.person('viewer', { kind: 'engine', value: engine?.id ?? '' }),
    );
    const opened = await openInventory(client);
    expect(opened.engines.map(({ name }) => name)).toEqual(['b']);
    expect(opened.snapshots.map(({ engine: name }) => name)).toEqual(['b']);
    await expect(client.ask('inventory:snapshot', { engine: 'a', kinds: ['container'] })).rejects.toThrow('not-found');
    await run(a, 'hidden', 'sleep', '1000');
    await run(b, 'shown', 'sleep', '1000');
    await waitFor('the container', () => showsContainer(client, 'shown'));
    expect(changes(client).every(({ engine: name }) => name === 'b')).toBe(true);
    const nobody = await connectRealtime(server, await server.person(undefined));
    expect(await openInventory(nobody)).toMatchObject({ engines: [], snapshots: [], capabilities: { engines: {} } });
    nobody.close();
    client.close();
  });

  it('follows a grant as it comes and goes, without a new connection', async () => {
    const person = await server.person(undefined);
    const client = await connectRealtime(server, person);
    await openInventory(client);
    const engine = server.engines.find('a');
    const grant = await server.identity.grants.add({
      subjectKind: 'user',
      subjectId: person.userId,
      role: 'viewer',
      scope: { kind: 'engine', value: engine?.id ?? '' },
    });
    await waitFor('the list', () => client.received('inventory:reset').length > 0);
    const last = () => (client.received('engines:status') as EngineStatus[][]).at(-1)?.map(({ name }) => name);
    expect(last()).toEqual(['a']);
    await server.identity.grants.remove(grant.id);
    await waitFor('the engine to go', () => last()?.length === 0);
    const caps = (client.received('capabilities') as Capabilities[]).at(-1);
    expect(caps?.engines).toEqual({});
    const seen = changes(client).length;
    await run(a, 'after-revocation', 'sleep', '1000');
    const other = await connectRealtime(server, await server.person('viewer'));
    await waitFor('the others to see it', async () =>
      (await openInventory(other)).snapshots.some(({ rows }) =>
        rows.some((row) => 'name' in row && row.name === 'after-revocation'),
      ),
    );
    expect(changes(client)).toHaveLength(seen);
    other.close();
    client.close();
  });

  it('ends the connection when the session ends, and says why', async () => {
    const person = await server.person('viewer');
    const client = await connectRealtime(server, person);
    await server.identity.sessions.revoke(person.sessionId);
    await waitFor('the end', () => client.received('session:end').length === 1 && client.socket.disconnected);
  });
});

describe('stats and events', () => {
  beforeAll(async () => {
    await run(a, 'steady', 'sleep', '100000');
  });

  it('shares one stream of a container’s stats among its viewers, admits each, ends with the last', async () => {
    await run(a, 'busy', 'sh', '-c', 'while :; do :; done');
    const clients = await Promise.all([1, 2].map(async () => connectRealtime(server, await server.person('viewer'))));
    const views = await Promise.all(
      clients.map((client) => client.open<StatsItem>('stats:open', { engine: 'a', container: 'busy' })),
    );
    await waitFor('samples', () => views.every(({ items }) => items.length >= 2), { timeoutMs: 60_000 });
    expect(server.realtime.counts().stats).toBe(1);
    const last = views[0]?.items.at(-1);
    expect(last?.cpuPercent).toBeGreaterThan(5);
    expect(last?.memoryBytes).toBeGreaterThan(0);
    for (const client of clients) client.close();
    await waitFor('the stream to end', () => server.realtime.counts().stats === 0);
    await a.docker('rm', '-f', 'busy');
  });

  it('goes on with the stats of a container that was stopped and started, and ends when it is removed', async () => {
    await run(a, 'pulse', 'sleep', '1000');
    const client = await connectRealtime(server, await server.person('viewer'));
    const view = await client.open<StatsItem>('stats:open', { engine: 'a', container: 'pulse' });
    await waitFor('samples', () => view.items.length > 0, { timeoutMs: 60_000 });
    await a.docker('restart', '-t', '0', 'pulse');
    const count = view.items.length;
    await waitFor('more samples', () => view.items.length > count + 1, { timeoutMs: 60_000 });
    await a.docker('rm', '-f', 'pulse');
    expect((await ended(view)).code).toBe('not-found');
    client.close();
  });

  it('sums up an engine’s running containers while someone looks', async () => {
    const client = await connectRealtime(server, await server.person('viewer'));
    const view = await client.open<EngineStatsItem>('engine-stats:open', { engines: ['a', 'b', 'none'] });
    await waitFor('both sums', () => new Set(view.items.map(({ engine }) => engine)).size === 2);
    const item = view.items.find(({ engine }) => engine === 'a');
    expect(item?.running).toBeGreaterThan(0);
    expect(item?.sampled).toBeGreaterThan(0);
    expect(item?.memoryBytes).toBeGreaterThan(0);
    client.close();
  });

  it('brings an engine’s events, those of the past first', async () => {
    const client = await connectRealtime(server, await server.person('viewer'));
    await run(b, 'past', 'true');
    const view = await client.open<EventItem>('events:open', { engine: 'b', since: '10m' });
    const actions = (name: string) => view.items.filter((item) => item.name === name).map(({ action }) => action);
    await waitFor('the past', () => actions('past').includes('create'));
    await run(b, 'present', 'true');
    await waitFor('the present', () => actions('present').includes('die'));
    expect(view.items[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    const times = view.items.map(({ time }) => time);
    expect(times).toEqual([...times].sort());
    client.close();
  });
});
