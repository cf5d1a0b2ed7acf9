import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { openAccessSignal } from '#lib/db/access-signal.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import { defaultSettings } from '#lib/shared/settings.ts';
import { createChangeAccess } from './access-change.ts';
import { createCheckPassword } from './check-password.ts';
import { createConfirm } from './confirm.ts';
import { createGrants } from './grants.ts';
import { createLastSeen } from './last-seen.ts';
import { createLinks } from './links.ts';
import { createPasswordCheck } from './password-rules.ts';
import { openPrincipals } from './principals.ts';
import { createRoles } from './roles.ts';
import { createSecondFactors } from './second-factor/second-factors.ts';
import { createServiceAccounts } from './service-accounts.ts';
import { createSessionCookies } from './session-cookie.ts';
import { createSessionRules } from './session-rules.ts';
import { createSessions, endSessions } from './sessions.ts';
import { openSettings, type SettingsStore } from './settings.ts';
import { openSetup } from './setup.ts';
import { needsSecondFactor, readSignInPolicy, updateSignInPolicy } from './sign-in-policy.ts';
import { createSignInSteps } from './sign-in-step.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';
import { createSso } from './sso/sso.ts';
import { createTeams } from './teams.ts';
import { hashTokenSecret, readBearerToken } from './token-secret.ts';
import { createTokens } from './tokens.ts';
import type { Identity } from './types.ts';
import { createUsers } from './users.ts';
import { createWatches } from './watches.ts';

export interface IdentityOptions {
  db: Database;
  secrets: SecretBox;
  /** The first administrator, made when there is none. */
  admin?: { email: string; password: string };
  /** The command line works on the database beside the console: it makes neither administrator nor setup link. */
  withoutSetup?: boolean;
  /** For tests. */
  now?: () => number;
}

/** Builds the identity room over an open database. The caller ends it with `stop()` before it destroys the database. */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { db, secrets, now = Date.now } = options;
  const signal = await openAccessSignal(db);
  const lastSeen = createLastSeen(db);
  // Nobody is looked up before the settings are there.
  let settings: SettingsStore | undefined;
  const inForce = () => settings?.get() ?? defaultSettings;
  const sessionRules = createSessionRules(() => inForce().sessions, lastSeen);
  const principals = await openPrincipals({
    db,
    signal,
    sessionRules,
    secondFactor: () => inForce().secondFactor,
    now,
  });
  const watches = createWatches(principals);
  const changeAccess = createChangeAccess(db, signal, principals);
  // What is over by the old settings must not come back by new ones.
  settings = await openSettings(db, changeAccess, principals, (trx) => endSessions(trx, sessionRules, now()));
  // Sessions end by the settings, so whoever was looked up under the old ones is looked up again.
  settings.onChange(() => void principals.changed());
  const throttle = createSignInThrottle(now, () => inForce().signInThrottle);
  const checkNewPassword = createPasswordCheck(() => inForce().passwords);
  const jwtSecret = secrets.key('next-auth').toString('hex');
  const cookies = createSessionCookies(jwtSecret);
  // As a key object: from bytes, Node would make one anew for every request, at ten times the cost of the hash.
  const hashKey = createSecretKey(secrets.key('token-hash'));
  const hashToken = (secret: string) => hashTokenSecret(secret, hashKey);
  const csrfKey = secrets.key('csrf');
  const setup = options.withoutSetup
    ? undefined
    : await openSetup({ db, changeAccess, principals, admin: options.admin, checkNewPassword, now });
  const secondFactors = createSecondFactors({
    db,
    secrets,
    changeAccess,
    throttleNumbers: () => inForce().signInThrottle,
    now,
  });
  const grants = createGrants(db, changeAccess, now);
  const csrfToken: Identity['csrfToken'] = ({ via }) =>
    createHmac('sha256', csrfKey).update(`${via.kind}:${via.id}`).digest('base64url');

  return {
    jwtSecret,
    async bySession(client) {
      const id = await cookies.read(client.headers.cookie);
      const entry = id === undefined ? undefined : await principals.find({ kind: 'session', id });
      if (!entry || id === undefined) return undefined;
      // What a page asks for by itself is no sign of a person; claiming so can only end a session earlier.
      if (client.headers['x-pilothouse-unattended'] === undefined) lastSeen.session(id, entry.principal.userId, now());
      return { ...entry.principal, address: client.address };
    },
    async byUnfinishedSession(client) {
      const id = await cookies.read(client.headers.cookie);
      const entry = id === undefined ? undefined : await principals.findUnfinished(id);
      return entry && { ...entry.principal, grants: [], address: client.address };
    },
    async byToken(client) {
      const secret = readBearerToken(client.headers.authorization);
      const id = secret && (await principals.tokenId(secret, hashToken));
      const entry = id ? await principals.find({ kind: 'token', id }) : undefined;
      if (!entry || !id) return undefined;
      lastSeen.token(id, entry.principal.userId, now());
      return { ...entry.principal, address: client.address };
    },
    watch: watches.watch,
    touch({ via, userId }) {
      if (via.kind === 'session') lastSeen.session(via.id, userId, now());
    },
    users: createUsers({ db, changeAccess, lastSeen, throttle, checkNewPassword, now }),
    sessions: createSessions({ db, changeAccess, lastSeen, rules: sessionRules, now }),
    tokens: createTokens({ db, changeAccess, lastSeen, hashKey, now }),
    grants,
    teams: createTeams(db, changeAccess, now),
    roles: createRoles(db, changeAccess, now),
    serviceAccounts: createServiceAccounts({ db, changeAccess, lastSeen, now }),
    links: createLinks({ db, changeAccess, checkNewPassword, hashKey: secrets.key('link-hash'), now }),
    settings,
    roleBook: () => principals.roleBook(),
    checkPassword: createCheckPassword(db, throttle),
    signInPolicy: {
      get: () => readSignInPolicy(db),
      update: (change) => updateSignInPolicy(changeAccess, change),
      needsSecondFactor: async (userId) =>
        needsSecondFactor(
          inForce().secondFactor,
          (await grants.ofUser(userId)).filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt > now()),
          principals.roleBook(),
        ),
    },
    signInSteps: createSignInSteps(db, secrets, now),
    secondFactors,
    confirm: createConfirm({ db, secondFactors, throttle, now }),
    sso: createSso({ db, secrets, changeAccess, now }),
    setupSecret: () => setup?.secret(),
    completeSetup(secret, input) {
      if (!setup) throw new Error('This process does not set up the console.');
      return setup.complete(secret, input);
    },
    csrfToken,
    checkCsrfToken(principal, token) {
      const expected = Buffer.from(csrfToken(principal));
      const given = Buffer.from(token);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
    async stop() {
      watches.stop();
      await signal.stop();
      await lastSeen.stop();
    },
  };
}
