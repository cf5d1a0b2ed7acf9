import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openAudit } from '#lib/audit/open-audit.ts';
import { createRecorder } from '#lib/audit/recordings/recorder.ts';
import { openTrailKeeper } from '#lib/audit/trail-keeper.ts';
import type { Audit, AuditRecord } from '#lib/audit/types.ts';
import type { NextHandler } from '#lib/console/route.ts';
import { openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import type { Registries } from '#lib/engine/registries-types.ts';
import type { EngineConfig, EngineInput } from '#lib/engine/types.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import { createSessionCookies, sessionCookieName } from '#lib/identity/session-cookie.ts';
import type { Identity } from '#lib/identity/types.ts';
import { openPolicies } from '#lib/policy/open-policies.ts';
import { type Runtime, setRuntime } from '#lib/runtime.ts';
import type { Grant } from '#lib/shared/access.ts';

/** Somebody who is signed in, or holds a token. */
export interface Someone {
  id: string;
  email: string;
  headers: Record<string, string>;
  sessionId: string;
}

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
  /** At a dotted path of the JSON body. */
  at(path: string): unknown;
}

export interface CallInput {
  method?: string;
  id?: string;
  /** Further named parts of the path. */
  path?: Record<string, string>;
  body?: unknown;
  raw?: string;
  query?: string;
  headers?: Record<string, string>;
}

/** The console's own API over a real identity room and trail on SQLite; engines and registries are made up. */
export interface RoutesLab {
  identity: Identity;
  audit: Audit;
  runtime: Runtime;
  /** What was added to the made-up engine room. */
  added: EngineInput[];
  someone(email: string, role?: string, more?: Partial<Grant>): Promise<Someone>;
  newest(): Promise<AuditRecord | undefined>;
  stop(): Promise<void>;
  dataDir: string;
  /** A row of the settings. */
  stored(key: string): Promise<{ value: string } | undefined>;
}

/** Opens the rooms in a folder of their own and sets them as this process's runtime. */
export async function openRoutesLab(): Promise<RoutesLab> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-console-'));
  const db = await openDatabase({ dataDir });
  const identity = await openIdentity({
    db,
    secrets: secretBox('a secret for the tests'),
    admin: { email: 'admin@example.org', password: 'a good password' },
  });
  const audit = await openAudit({ db });
  const trail = await openTrailKeeper({ db, audit, secretBox: secretBox('a secret for the tests'), dataDir });
  const recorder = createRecorder({ store: audit.writeRecording, settings: trail.settings });
  const added: EngineInput[] = [];
  const policies = openPolicies({ db });
  const rooms = { identity, audit, trail, recorder, db, policies };
  const parts = { config: { version: '0.1.0' }, ...rooms, ...fakeEngines(added) };
  // The routes use these rooms alone; the others would need a real engine.
  const runtime = parts as unknown as Runtime;
  setRuntime(runtime);
  return {
    identity,
    audit,
    runtime,
    added,
    async someone(email, role, more = {}) {
      const user =
        (await identity.users.byEmail(email)) ??
        (await identity.users.create({ email, name: email, password: 'a good password' }));
      if (role) {
        const grant = { subjectKind: 'user', subjectId: user.id, role, scope: { kind: 'all', value: '' } } as const;
        await identity.grants.add({ ...grant, ...more });
      }
      const session = await identity.sessions.create(user.id, { headers: {}, address: '10.0.0.7' });
      const cookie = `${sessionCookieName}=${await createSessionCookies(identity.jwtSecret).write(session.id)}`;
      return { id: user.id, email, sessionId: session.id, headers: { cookie, 'x-pilothouse': '1' } };
    },
    dataDir,
    stored: async (key) => db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst(),
    newest: async () => (await audit.query({ limit: 1 })).records[0],
    async stop() {
      await recorder.stop();
      await trail.stop();
      await audit.stop();
      await identity.stop();
      await db.destroy();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Calls a route as Next does. */
export async function call(handler: NextHandler, who: Someone | undefined, input: CallInput): Promise<Answer> {
  const { method = 'GET', id, path, query = '' } = input;
  const body = input.raw ?? (input.body === undefined ? undefined : JSON.stringify(input.body));
  const request = new Request(`http://console.test/api/x${query}`, {
    method,
    body,
    headers: { 'x-forwarded-for': '10.0.0.7', ...who?.headers, ...input.headers },
  });
  // As Next does: without a parameter in the path there is nothing at all.
  const params = id === undefined && path === undefined ? undefined : { ...(id === undefined ? {} : { id }), ...path };
  const response = await handler(request, { params: Promise.resolve(params) });
  const text = await response.text();
  return {
    status: response.status,
    text,
    headers: response.headers,
    at: (where) =>
      where
        .split('.')
        .reduce<unknown>((value, key) => z.record(z.string(), z.unknown()).parse(value)[key], JSON.parse(text)),
  };
}

const engine: EngineConfig & { secrets: unknown } = {
  id: 'engine-id',
  name: 'one',
  aliases: ['old'],
  tags: ['prod'],
  url: 'tcp://10.0.0.1:2376',
  transport: 'tls',
  // A careless engine room: what is not named in `shown` must not go out.
  secrets: { key: 'PRIVATE KEY' },
};

function fakeEngines(added: EngineInput[]) {
  const registry = { id: 'registry-id', address: 'registry.test', username: 'ann', createdAt: 1, secret: 'hunter2' };
  const registries: Registries = {
    list: async () => [registry],
    add: async () => registry,
    update: async () => registry,
    remove: async () => {},
    authHeader: async () => undefined,
  };
  const engines = {
    list: () => [engine],
    find: (name: string) => ([engine.id, engine.name, 'old'].includes(name) ? engine : undefined),
    add: async (input: EngineInput) => {
      added.push(input);
      return engine;
    },
    update: async () => engine,
    remove: async () => {},
    test: async () => ({ ok: true, message: 'Docker 28.5.2' }),
  };
  return { engines, registries };
}
