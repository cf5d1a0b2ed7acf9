import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAudit } from '#lib/audit/open-audit.ts';
import { createRecorder, type Recorder } from '#lib/audit/recordings/recorder.ts';
import type { Audit, AuditQuery, AuditRecord } from '#lib/audit/types.ts';
import { authorize } from '#lib/authz/authorize.ts';
import { type Database, openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { createEngines } from '#lib/engine/engines.ts';
import type { Registries } from '#lib/engine/registries-types.ts';
import type { Engines } from '#lib/engine/types.ts';
import { createDoor } from '#lib/gateway/dispatch.ts';
import { createDoorHandlers } from '#lib/gateway/handlers.ts';
import type { Door } from '#lib/gateway/types.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import { createSessionCookies, sessionCookieName } from '#lib/identity/session-cookie.ts';
import type { Identity } from '#lib/identity/types.ts';
import { createLog } from '#lib/log.ts';
import { openPolicies, type Policies } from '#lib/policy/open-policies.ts';
import { settleForwardedHeaders } from '#lib/server/client-address.ts';
import { listen } from '#lib/server/listen.ts';
import type { GrantScope, ResourceScope, RoleName, UserPrincipal } from '#lib/shared/access.ts';
import type { RecordingRule } from '#lib/shared/trail.ts';

/** Somebody at the door: by token and by session. */
export interface DoorPerson {
  userId: string;
  token: string;
  tokenId: string;
  /** As it stands in a Cookie header. */
  cookie: string;
  sessionId: string;
  grantId: string;
  principal: UserPrincipal;
}

/** The door alone on a real listener, with the real engine room, identity, trail and authorize, and no pages. */
export interface DoorUnderTest {
  port: number;
  url: string;
  door: Door;
  identity: Identity;
  audit: Audit;
  engines: Engines;
  policies: Policies;
  recorder: Recorder;
  db: Database;
  person(role: RoleName | undefined, scope?: GrantScope, resource?: ResourceScope): Promise<DoorPerson>;
  /** The records of one operation, newest first. */
  records(operation: string, query?: Partial<AuditQuery>): Promise<AuditRecord[]>;
  close(): Promise<void>;
}

export interface DoorUnderTestOptions {
  /** Name to URL. */
  engines: Record<string, string>;
  readTimeoutMs?: number;
  /** Whose terminals are recorded; absent: nobody's. */
  recordingRules?: RecordingRule[];
  authHeader?: Registries['authHeader'];
  publicUrl?: string;
  /** How many requests of one person or token may be under way; absent: no limit. */
  requestsMax?: number;
  /** Stands in for the trail, for what a real one can't be made to do. */
  brokenAudit?: Partial<Audit>;
  tls?: { certFile: string; keyFile: string };
}

export async function startDoor(options: DoorUnderTestOptions): Promise<DoorUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-door-'));
  const db = await openDatabase({ dataDir });
  const secrets = secretBox('a secret for the tests of the door');
  const identity = await openIdentity({ db, secrets, withoutSetup: true });
  const audit = await openAudit({ db });
  const engines = await createEngines({ db, secretBox: secrets, log: createLog(() => undefined) });
  for (const [name, url] of Object.entries(options.engines)) await engines.add({ name, url, tags: [], secrets: {} });
  const policies = openPolicies({ db });
  const recorder = createRecorder({
    store: audit.writeRecording,
    settings: () => ({ recordingRules: options.recordingRules ?? [], recordInput: 'echoed' }),
  });
  const door = createDoor({
    engines,
    audit: { ...audit, ...options.brokenAudit },
    registries: { authHeader: options.authHeader ?? (async () => undefined) },
    policies,
    recorder,
    authorize,
    identityWatch: identity.watch,
    now: Date.now,
    readTimeoutMs: options.readTimeoutMs,
    requestsMax: options.requestsMax,
  });
  const handlers = createDoorHandlers({
    door,
    identity,
    publicUrl: options.publicUrl,
    clientAddress: (req) => settleForwardedHeaders(req, () => false),
  });
  const listener = await listen({ host: '127.0.0.1', port: 0, tls: options.tls });
  listener.open({
    request: (req, res) => (req.url === '/api/download' ? handlers.download(req, res) : handlers.request(req, res)),
    upgrade: handlers.upgrade,
  });
  const cookies = createSessionCookies(identity.jwtSecret);
  return {
    port: Number(new URL(listener.url).port),
    url: listener.url,
    door,
    identity,
    audit,
    engines,
    policies,
    recorder,
    db,
    async person(role, scope = { kind: 'all', value: '' }, resource) {
      const user = await identity.users.create({ email: `${randomUUID()}@example.test`, name: role ?? 'nobody' });
      const grant =
        role && (await identity.grants.add({ subjectKind: 'user', subjectId: user.id, role, scope, resource }));
      const { token, secret } = await identity.tokens.create({ userId: user.id, name: 'test' });
      const session = await identity.sessions.create(user.id, { headers: {}, address: '127.0.0.1' });
      const bearer = { headers: { authorization: `Bearer ${secret}` }, address: '127.0.0.1' };
      const principal = await identity.byToken(bearer);
      if (!principal) throw new Error('The new token is not known.');
      return {
        userId: user.id,
        token: secret,
        tokenId: token.id,
        cookie: `${sessionCookieName}=${await cookies.write(session.id)}`,
        sessionId: session.id,
        grantId: grant ? grant.id : '',
        principal,
      };
    },
    async records(operation, query) {
      const { records } = await audit.query({ operation, limit: 100, ...query });
      return records;
    },
    async close() {
      await listener.close();
      await door.stop();
      await engines.stop();
      await identity.stop();
      await audit.stop();
      await db.destroy();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
