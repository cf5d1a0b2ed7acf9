import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemas } from '#lib/realtime/schemas.ts';
import type { RoleName } from '#lib/shared/access.ts';
import type { InventorySnapshot } from '#lib/shared/inventory.ts';
import type { EngineStatsItem, Job } from '#lib/shared/realtime.ts';
import { type MatrixEngine, startMatrixEngine } from '#tests/door/matrix-engine.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { connectRealtime, type RealtimeClient } from './client.ts';
import { type RealtimePerson, type RealtimeUnderTest, startRealtime } from './start-realtime.ts';

// The websocket must not allow what the page does not (FIELD.md: Dokploy, Dockhand, portainer): the same rights as at
// the door, event by event, against a table that nobody generates.

interface Row {
  event: string;
  whole: string;
  within: string;
  out: string;
  request: string;
}

const lines = readFileSync(new URL('./matrix.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((part) => part.trim()));
const rows: Row[] = lines
  .filter(([, whole]) => whole !== '-')
  .map(([event = '', whole = '', within = '', out = '', ...rest]) => ({
    ...{ event, whole, within, out },
    request: rest.join('|'),
  }));

const roles: Record<string, RoleName> = {
  v: 'viewer',
  o: 'operator',
  d: 'developer',
  m: 'maintainer',
  a: 'administrator',
  A: 'auditor',
};
const letters = Object.keys(roles);
const everywhere = { kind: 'all', value: '' } as const;
const scope = { project: 'shop', images: ['shop/*'] };

let engine: MatrixEngine;
let server: RealtimeUnderTest;
let control: RealtimeClient;
const whole = new Map<string, RealtimeClient>();
const scoped = new Map<string, RealtimeClient>();

beforeAll(async () => {
  engine = await startMatrixEngine({ holdsEvents: true });
  server = await startRealtime({ engines: { eng: engine.url } });
  for (const letter of letters) {
    whole.set(letter, await connectRealtime(server, await server.person(roles[letter])));
    scoped.set(letter, await connectRealtime(server, await server.person(roles[letter], everywhere, scope)));
  }
  control = await connectRealtime(server, await server.person('viewer', everywhere, scope));
});

afterAll(async () => {
  for (const client of [...whole.values(), ...scoped.values(), ...(control ? [control] : [])]) client.close();
  await server?.close();
  await engine?.close();
});

interface Outcome {
  allowed: boolean;
  /** `403` or `404` when it was refused. */
  status: string;
  /** What came of an event that names no project: of which ones it tells. */
  of: string[];
  text: string;
}

const projectsIn = (text: string) => ['shop', 'bank'].filter((project) => text.includes(project));
const told = (value: unknown): Outcome => {
  const of = projectsIn(JSON.stringify(value));
  return { allowed: of.length > 0, status: of.length > 0 ? '200' : '404', of, text: JSON.stringify(value) };
};
const refused = (text: string): Outcome => {
  const status = /^forbidden|is not among what|works on the whole of an engine/.test(text)
    ? '403'
    : /^not-found|No such|no engine/.test(text)
      ? '404'
      : text;
  return { allowed: false, status, of: [], text };
};

async function attempt(client: RealtimeClient, row: Row, project: string): Promise<Outcome> {
  const request: unknown = JSON.parse(row.request.replaceAll('{p}', project));
  try {
    switch (row.event) {
      case 'inventory:open':
        return told((await client.ask<{ snapshots: InventorySnapshot[] }>(row.event, request)).snapshots);
      case 'inventory:snapshot':
        return told(await client.ask(row.event, request));
      case 'logs:before':
      case 'terminal:shells':
        return { allowed: true, status: '200', of: [], text: JSON.stringify(await client.ask(row.event, request)) };
      case 'job:start':
        return await runJob(client, request);
      case 'engine-stats:open':
        return await sumUp(client, request);
      default:
        return await openChannel(client, row, request);
    }
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

async function runJob(client: RealtimeClient, request: unknown): Promise<Outcome> {
  const { id } = await client.ask<Job>('job:start', request);
  const done = await waitFor('the end of the job', async () => {
    const jobs = await client.ask<Job[]>('jobs:open');
    return jobs.find((job) => job.id === id && job.state !== 'running');
  });
  const item = done.items[0];
  if (item?.state === 'done') return { allowed: true, status: '200', of: [], text: '' };
  return refused(item?.message ?? 'no message');
}

/** A sum is told to all who look in one go: what has not come when the control has its own will not come. */
async function sumUp(client: RealtimeClient, request: unknown): Promise<Outcome> {
  const channel = await client.open<EngineStatsItem>('engine-stats:open', request);
  const other = await control.open<EngineStatsItem>('engine-stats:open', { engines: ['eng'] });
  await waitFor('the sum of the control', () => other.items[0]);
  await client.ask('jobs:open');
  channel.close();
  other.close();
  const sum = channel.items[0];
  if (!sum) return refused('not-found: nothing came');
  // A sum over no container is one that should not have come.
  return { ...told(['shop', 'bank'].slice(0, sum.running)), allowed: true, status: '200' };
}

async function openChannel(client: RealtimeClient, row: Row, request: unknown): Promise<Outcome> {
  const channel = await client.open(row.event, request);
  try {
    if (row.event !== 'events:open') return { allowed: true, status: '200', of: [], text: '' };
    // The stub tells of shop last.
    await waitFor('the events', () => channel.items.length > 0 && JSON.stringify(channel.items).includes('shop'));
    return told(channel.items);
  } finally {
    channel.close();
  }
}

/** Each row for all roles at once; gathers what is wrong, since a test a row would drown the report. */
async function mismatches(
  clients: Map<string, RealtimeClient>,
  project: string,
  judge: (row: Row, letter: string, outcome: Outcome) => boolean,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const row of rows) {
    const asked = [...clients].map(async ([letter, client]) => {
      const outcome = await attempt(client, row, project);
      if (judge(row, letter, outcome)) return;
      const got = `${outcome.status} of [${outcome.of}] ${outcome.text.slice(0, 200)}`;
      wrong.push(`${row.event} ${row.request.slice(0, 60)} as ${roles[letter]}: ${got}`);
    });
    await Promise.all(asked);
  }
  return wrong;
}

/** What of a list of requests is more than the watch's lists and the look-ups of objects. */
const beyondLookUps = (requests: string[]) =>
  requests.filter((request) => !/^GET \/(?!.*\/(logs|stats|archive|export|top)$)/.test(request));

describe('the matrix of live channels, roles and grants (websocket checked less than REST: dockhand #923)', () => {
  it('has a row for each event', () => {
    expect([...new Set(lines.map(([event]) => event))].sort()).toEqual(Object.keys(schemas).sort());
    for (const row of rows) {
      expect(row.whole, row.event).toMatch(/^[v.][o.][d.][m.][a.][A.]$/);
      expect(row.within, row.event).toMatch(/^[v.][o.][d.][m.][a.][A.]$/);
      expect(row.out, row.event).toMatch(/^(403|404|own)$/);
    }
  });

  // Attack: websocket checked less than REST (dockhand #923).
  it('lets each role open with a grant on the engine exactly what is written', async () => {
    const wrong = await mismatches(whole, 'bank', (row, letter, { allowed, status, of }) => {
      if (!row.whole.includes(letter)) return !allowed && /^40[34]$/.test(status);
      return allowed && (row.out !== 'own' || of.length === 2);
    });
    expect(wrong).toEqual([]);
  });

  it('lets each role open in its scope exactly what is written, and shows nothing of other projects', async () => {
    const wrong = await mismatches(scoped, 'shop', (row, letter, { allowed, status, of }) => {
      if (!row.within.includes(letter)) return !allowed && /^40[34]$/.test(status);
      return allowed && (row.out !== 'own' || of.join() === 'shop');
    });
    expect(wrong).toEqual([]);
  });

  it('answers what is out of scope as if it were not there, and asks the engine for nothing of it', async () => {
    engine.take();
    const wrong = await mismatches(scoped, 'bank', (row, letter, { allowed, status }) => {
      if (row.out === 'own') return true;
      return !allowed && (letter === 'A' ? status === '404' : status === row.out);
    });
    expect(wrong).toEqual([]);
    // The sums that the control looks at are of shop.
    const shop = Buffer.from('shop').toString('hex');
    expect(beyondLookUps(engine.take()).filter((request) => !request.includes(shop))).toEqual([]);
  });

  it('shows nothing to whoever has no grant, one that has ended or one that was taken while connected', async () => {
    const clients = new Map<string, RealtimeClient>();
    let endsAt = 0;
    const end = async (letter: string, resource?: typeof scope) => {
      const person = await server.person(undefined);
      // Counted for each anew: on a busy machine making them all takes longer than any of them lasts.
      endsAt = Date.now() + 4000;
      await server.identity.grants.add({
        ...{ subjectKind: 'user' as const, subjectId: person.userId, role: roles[letter] ?? '', scope: everywhere },
        ...{ expiresAt: endsAt, resource },
      });
      return person;
    };
    const join = async (name: string, person: RealtimePerson) =>
      void clients.set(name, await connectRealtime(server, person));
    await join('nobody', await server.person(undefined));
    const taken: RealtimePerson[] = [];
    for (const letter of letters) {
      await join(`ended ${letter}`, await end(letter));
      await join(`ended scope ${letter}`, await end(letter, scope));
      const person = await server.person(roles[letter]);
      await join(`taken ${letter}`, person);
      taken.push(person);
    }
    for (const { grantId } of taken) await server.identity.grants.remove(grantId);
    await waitFor('the grants to end', () => Date.now() > endsAt);
    engine.take();
    const wrong = await mismatches(clients, 'shop', (_row, _name, { allowed, status }) => !allowed && status === '404');
    expect(wrong).toEqual([]);
    const shop = Buffer.from('shop').toString('hex');
    // Only the control's sums may stand here, which are single samples.
    const own = (request: string) => request.includes(shop) && request.endsWith('/stats');
    expect(beyondLookUps(engine.take()).filter((request) => !own(request))).toEqual([]);
    for (const client of clients.values()) client.close();
  });

  it('ends the connection of a session or a token that is revoked, and lets neither in again', async () => {
    const person = await server.person('administrator');
    const bySession = await connectRealtime(server, person);
    const bearer = { authorization: `Bearer ${person.token}` };
    const byToken = await connectRealtime(server, undefined, bearer);
    const [token] = await server.identity.tokens.list(person.userId);
    await server.identity.tokens.revoke(token?.id ?? '');
    await waitFor('the end of the token’s connection', () => byToken.socket.disconnected);
    await server.identity.sessions.revoke(person.sessionId);
    await waitFor('the end of the session’s connection', () => bySession.socket.disconnected);
    expect(byToken.received('session:end')).toHaveLength(1);
    expect(bySession.received('session:end')).toHaveLength(1);
    await expect(connectRealtime(server, person)).rejects.toThrow(/not-signed-in/);
    await expect(connectRealtime(server, undefined, bearer)).rejects.toThrow(/not-signed-in/);
  });
});
