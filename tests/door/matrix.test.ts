import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoleName } from '#lib/shared/access.ts';
import { engineOperations } from '#lib/shared/operations.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { call } from './call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from './door.ts';
import { type MatrixEngine, startMatrixEngine } from './matrix-engine.ts';

interface Row {
  operation: string;
  whole: string;
  within: string;
  out: string;
  method: string;
  path: string;
  upgrade: boolean;
  body: string;
}

const rows: Row[] = readFileSync(new URL('./matrix.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [operation = '', whole = '', within = '', out = '', ...rest] = line.split('|').map((part) => part.trim());
    const [, method = '', path = '', upgrade, body = ''] =
      /^(\S+) (\S+)( upgrade)?(?: (.*))?$/.exec(rest.join('|')) ?? [];
    return { operation, whole, within, out, method, path, upgrade: upgrade !== undefined, body };
  });

const roles: Record<string, RoleName> = {
  v: 'viewer',
  o: 'operator',
  d: 'developer',
  m: 'maintainer',
  a: 'administrator',
  A: 'auditor',
};
const letters = Object.keys(roles);
const scope = { project: 'shop', images: ['shop/*'] };

// Whole files, processes and images hold secrets that no mask can find: a role needs the right to see them.
const showSecrets = [
  'container.archive-read',
  'container.export',
  'exec.create',
  'exec.start',
  'image.commit',
  'image.history',
  'image.save',
  'image.save-many',
  'swarm.unlock-key',
];

let engine: MatrixEngine;
let door: DoorUnderTest;
const whole = new Map<string, DoorPerson>();
const scoped = new Map<string, DoorPerson>();

beforeAll(async () => {
  engine = await startMatrixEngine();
  door = await startDoor({ engines: { eng: engine.url } });
  for (const letter of letters) {
    whole.set(letter, await door.person(roles[letter]));
    scoped.set(letter, await door.person(roles[letter], undefined, scope));
  }
});

afterAll(async () => {
  await door?.close();
  await engine?.close();
});

const fillIn = (text: string, project: string) => text.replaceAll('{p}', project);

/** Sends the row's request; the status, what the reply says, and whether it came to the engine. */
async function send(row: Row, person: DoorPerson, project: string) {
  engine.take();
  const reply = await ask(row, person, project);
  const sent = `${row.method} ${rebuilt(fillIn(row.path, project))}`;
  return { status: reply.status, text: reply.text, reached: engine.take().includes(sent) };
}

function ask(row: Row, person: DoorPerson, project: string): Promise<{ status: number; text: string }> {
  const fill = (text: string) => fillIn(text, project);
  const headers: Record<string, string> = { Authorization: `Bearer ${person.token}` };
  const path = `/docker/eng${fill(row.path)}`;
  const body = row.body === 'tar' ? Buffer.alloc(1024) : row.body === '' ? undefined : Buffer.from(fill(row.body));
  if (row.body === 'tar') headers['Content-Type'] = 'application/x-tar';
  else if (row.body !== '') headers['Content-Type'] = 'application/json';
  if (row.upgrade) return upgrade(row, path, headers, body);
  return call(door.port, row.method, path, { headers, body });
}

/** The door names containers, networks and execs by their full id. */
function rebuilt(path: string): string {
  const id = (name: string) => Buffer.from(name).toString('hex').padEnd(64, '0');
  return path
    .replace(/\?.*/, '')
    .replace(/^\/containers\/((?:shop|bank)-web)/, (_, name: string) => `/containers/${id(name)}`)
    .replace(/^\/networks\/((?:shop|bank)_default)/, (_, name: string) => `/networks/${id(name)}`);
}

function upgrade(row: Row, path: string, headers: Record<string, string>, body: Buffer | undefined) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const req = request({
      host: '127.0.0.1',
      port: door.port,
      method: row.method,
      path,
      headers: {
        ...headers,
        Connection: 'Upgrade',
        Upgrade: 'tcp',
        ...(body ? { 'Content-Length': body.length } : {}),
      },
      agent: false,
    });
    req.on('upgrade', (res, socket) => {
      socket.destroy();
      resolve({ status: res.statusCode ?? 0, text: '' });
    });
    req.on('response', (res) => {
      let text = '';
      res.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text }));
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** Reads answer with what the look-up of the object asks, so whether they came to the engine can't be told apart. */
const isLookUp = (row: Row) =>
  /\/json$|^GET \/(networks|volumes|services|nodes|secrets|configs)\/[^/]+$/.test(`${row.method} ${row.path}`);

/** Every row as a test of its own would drown the report: each group collects what is wrong. */
async function mismatches(check: (row: Row, letter: string) => Promise<string | undefined>): Promise<string[]> {
  const wrong: string[] = [];
  for (const row of rows) {
    for (const letter of letters) {
      const fault = await check(row, letter);
      if (fault) wrong.push(`${row.operation} as ${roles[letter]}: ${fault}`);
    }
  }
  return wrong;
}

async function checkAllowed(row: Row, person: DoorPerson | undefined, project: string, may: boolean) {
  if (!person) return 'nobody';
  const { status, text, reached } = await send(row, person, project);
  if (may && status < 400 && (reached || isLookUp(row))) return undefined;
  if (!may && (status === 403 || status === 404) && (!reached || isLookUp(row))) return undefined;
  return `${may ? 'may' : 'may not'}, but ${status}${reached ? ', reached the engine' : ''}: ${text.slice(0, 200)}`;
}

describe('the matrix of operations, roles and grants', () => {
  it('has a row for each operation, and a role list for each grant', () => {
    expect(rows.map(({ operation }) => operation).sort()).toEqual([...engineOperations].sort());
    for (const row of rows) {
      expect(row.whole, row.operation).toMatch(/^[v.][o.][d.][m.][a.][A.]$/);
      expect(row.within, row.operation).toMatch(/^[v.][o.][d.][m.][a.][A.]$/);
      expect(row.out, row.operation).toMatch(/^(403|404|own)$/);
    }
  });

  it('lets each role do with a grant on the engine exactly what is written', async () => {
    expect(
      await mismatches((row, letter) => checkAllowed(row, whole.get(letter), 'bank', row.whole.includes(letter))),
    ).toEqual([]);
  });

  it('lets each role do in its scope exactly what is written', async () => {
    expect(
      await mismatches((row, letter) => checkAllowed(row, scoped.get(letter), 'shop', row.within.includes(letter))),
    ).toEqual([]);
  });

  it('answers what is out of scope as if it were not there, and tells nothing of it', async () => {
    const wrong = await mismatches(async (row, letter) => {
      const person = scoped.get(letter);
      if (!person) return 'nobody';
      const { status, text, reached } = await send(row, person, 'bank');
      if (letter === 'A') return status === 404 ? undefined : `${status}`;
      if (row.out === 'own') {
        const may = row.within.includes(letter);
        if (may !== status < 400) return `${status}`;
        return /bank/.test(text) ? `tells of bank: ${text.slice(0, 300)}` : undefined;
      }
      if (reached && !isLookUp(row)) return 'reached the engine';
      // Whoever may not do the operation at all may be told so before anything is looked up.
      const lacks = !row.within.includes(letter) && status === 403 && row.out === '403';
      return `${status}` === row.out || lacks ? undefined : `${status} ${text.slice(0, 200)}`;
    });
    expect(wrong).toEqual([]);
  });

  it('knows no engine for whoever has no grant, one that has ended or one that was taken', async () => {
    const nobody = await door.person(undefined);
    for (const row of rows) {
      const { status, reached } = await send(row, nobody, 'shop');
      expect([row.operation, status, reached]).toEqual([row.operation, 404, false]);
    }
    let endsAt = 0;
    const people = new Map<string, DoorPerson[]>();
    for (const letter of letters) {
      const role = roles[letter];
      const [expired, taken, expiredScope] = [
        await door.person(undefined),
        await door.person(role),
        await door.person(undefined),
      ];
      if (role) {
        // Counted for each role anew: on a busy machine making them all takes longer than any of them lasts.
        endsAt = Date.now() + 4000;
        const grant = {
          subjectKind: 'user' as const,
          role,
          scope: { kind: 'all' as const, value: '' },
          expiresAt: endsAt,
        };
        await door.identity.grants.add({ ...grant, subjectId: expired.userId });
        await door.identity.grants.add({ ...grant, subjectId: expiredScope.userId, resource: scope });
      }
      await door.identity.grants.remove(taken.grantId);
      people.set(letter, [expired, taken, expiredScope]);
    }
    await waitFor('the grants to end', () => Date.now() > endsAt);
    engine.take();
    for (const row of rows) {
      // All at once: each denial waits for its record, and those that come together are stored together.
      const asked = letters.flatMap((letter) => people.get(letter) ?? []).map((person) => ask(row, person, 'shop'));
      const statuses = (await Promise.all(asked)).map(({ status }) => status);
      expect([row.operation, statuses]).toEqual([row.operation, statuses.map(() => 404)]);
    }
    expect(engine.take()).toEqual([]);
  });

  it('knows nobody by a token that was revoked', async () => {
    const person = await door.person('administrator');
    await door.identity.tokens.revoke(person.tokenId);
    for (const row of rows) {
      const { status, reached } = await send(row, person, 'shop');
      expect([row.operation, status, reached]).toEqual([row.operation, 401, false]);
    }
  });

  it('refuses what shows secrets to a role that may do everything but see them', async () => {
    const patterns = [...new Set(engineOperations.map((operation) => `${operation.split('.')[0]}.*`))];
    await door.identity.roles.create({ name: 'blind', description: '', patterns, hostAccess: true, seeSecrets: false });
    const person = await door.person(undefined);
    await door.identity.grants.add({
      ...{ subjectKind: 'user', subjectId: person.userId, role: 'blind' },
      scope: { kind: 'all', value: '' },
    });
    const refused: string[] = [];
    for (const row of rows) {
      const { status, text, reached } = await send(row, person, 'shop');
      if (status === 403 && /shows secrets/.test(text)) refused.push(row.operation);
      if (refused.includes(row.operation)) expect([row.operation, reached]).toEqual([row.operation, false]);
    }
    expect(refused.sort()).toEqual(showSecrets);
  });
});
