import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAudit } from '#lib/audit/open-audit.ts';
import { createRecorder, type Recorder } from '#lib/audit/recordings/recorder.ts';
import type { Audit } from '#lib/audit/types.ts';
import { authorize } from '#lib/authz/authorize.ts';
import { type Database, openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { createEngines } from '#lib/engine/engines.ts';
import type { Engines } from '#lib/engine/types.ts';
import { createDoor } from '#lib/gateway/dispatch.ts';
import type { Door } from '#lib/gateway/types.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import { createSessionCookies, sessionCookieName } from '#lib/identity/session-cookie.ts';
import type { Identity } from '#lib/identity/types.ts';
import { type Jobs, openJobs } from '#lib/jobs/jobs.ts';
import { createLog } from '#lib/log.ts';
import { openPolicies } from '#lib/policy/open-policies.ts';
import { createRealtime, type Realtime } from '#lib/realtime/server.ts';
import { settleForwardedHeaders } from '#lib/server/client-address.ts';
import { listen } from '#lib/server/listen.ts';
import type { GrantScope, ResourceScope, RoleName, UserPrincipal } from '#lib/shared/access.ts';
import type { RecordingRule } from '#lib/shared/trail.ts';
import { waitFor } from '#tests/lab/wait.ts';

/** Somebody with a session of his own. */
export interface RealtimePerson {
  userId: string;
  sessionId: string;
  grantId: string;
  cookie: string;
  token: string;
  principal: UserPrincipal;
}

/** The realtime server on a real listener, with the real door, engine room, identity, trail and jobs, and no pages. */
export interface RealtimeUnderTest {
  url: string;
  realtime: Realtime;
  engines: Engines;
  identity: Identity;
  audit: Audit;
  door: Door;
  jobs: Jobs;
  recorder: Recorder;
  db: Database;
  log: string[];
  person(role: RoleName | undefined, scope?: GrantScope, resource?: ResourceScope): Promise<RealtimePerson>;
  close(): Promise<void>;
}

/** `engines`: name to URL; all are live when this resolves. */
export async function startRealtime(options: {
  engines: Record<string, string>;
  terminalHoldMs?: number;
  /** Whose terminals are recorded; absent: nobody's. */
  recordingRules?: RecordingRule[];
  limits?: { connections: number; terminals: number };
}): Promise<RealtimeUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-realtime-'));
  const lines: string[] = [];
  const log = createLog((line) => void lines.push(line), false);
  const db = await openDatabase({ dataDir });
  const box = secretBox('a secret for the tests of the realtime server');
  const identity = await openIdentity({ db, secrets: box, withoutSetup: true });
  const audit = await openAudit({ db });
  const engines = await createEngines({ db, secretBox: box, log });
  engines.start();
  for (const [name, url] of Object.entries(options.engines)) await engines.add({ name, url, tags: [], secrets: {} });
  const recorder = createRecorder({
    store: audit.writeRecording,
    settings: () => ({ recordingRules: options.recordingRules ?? [], recordInput: 'echoed' }),
  });
  const door = createDoor({
    engines,
    audit,
    registries: { authHeader: async () => undefined },
    policies: openPolicies({ db }),
    recorder,
    authorize,
    identityWatch: identity.watch,
    now: Date.now,
  });
  const jobs = await openJobs({ db, door, identity, log });
  const realtime = createRealtime({
    engines,
    identity,
    door,
    jobs,
    log,
    clientAddress: (req) => settleForwardedHeaders(req, () => false),
    terminalHoldMs: options.terminalHoldMs,
    limits: options.limits,
  });
  const listener = await listen({ host: '127.0.0.1', port: 0 });
  listener.open({ request: realtime.request, upgrade: realtime.upgrade });
  const cookies = createSessionCookies(identity.jwtSecret);
  for (const name of Object.keys(options.engines)) {
    await waitFor(`the engine ${name}`, () => engines.statuses().some((s) => s.name === name && s.state === 'live'));
  }
  return {
    url: listener.url,
    realtime,
    engines,
    identity,
    audit,
    door,
    jobs,
    recorder,
    db,
    log: lines,
    async person(role, scope = { kind: 'all', value: '' }, resource) {
      const user = await identity.users.create({ email: `${randomUUID()}@example.test`, name: role ?? 'nobody' });
      const grant =
        role && (await identity.grants.add({ subjectKind: 'user', subjectId: user.id, role, scope, resource }));
      const session = await identity.sessions.create(user.id, { headers: {}, address: '127.0.0.1' });
      const { secret } = await identity.tokens.create({ userId: user.id, name: 'test' });
      const cookie = `${sessionCookieName}=${await cookies.write(session.id)}`;
      const principal = await identity.bySession({ headers: { cookie }, address: '127.0.0.1' });
      if (!principal) throw new Error('The new session is not known.');
      const grantId = grant ? grant.id : '';
      return { userId: user.id, sessionId: session.id, grantId, cookie, token: secret, principal };
    },
    async close() {
      await jobs.stop();
      await realtime.close();
      await listener.close();
      await engines.stop();
      await identity.stop();
      await audit.stop();
      await db.destroy();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
