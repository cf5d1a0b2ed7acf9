import type { Database } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import { createSessionCookies, sessionCookieName } from '#lib/identity/session-cookie.ts';
import type { ClientFacts, Identity, User } from '#lib/identity/types.ts';
import type { Grant, UserPrincipal } from '#lib/shared/access.ts';

/** A second process on the same database: a second connection with a room of its own. */
export type OpenDatabase = () => Promise<Database>;

export const everywhere = { kind: 'all', value: '' } as const;
export const labSecrets = secretBox('a secret for the tests');

/** An identity room over a database of its own, with the clock in hand. */
export interface Room {
  identity: Identity;
  db: Database;
  /** Another process on the same database; the caller ends it. */
  another(): Promise<{ identity: Identity; stop(): Promise<void> }>;
  /** Sets the room's clock so far ahead for the time of the work. */
  later<T>(ms: number, work: () => Promise<T>): Promise<T>;
  newUser(password?: string): Promise<User>;
  grantTo(user: Pick<User, 'id'>, role: string, more?: Partial<Grant>): Promise<Grant>;
  bearer(secret: string): ClientFacts;
  signedIn(user: User): Promise<{ id: string; client: ClientFacts; principal: UserPrincipal }>;
  stop(): Promise<void>;
}

/** Opens the room with root@example.org as its administrator. */
export async function openRoom(open: OpenDatabase): Promise<Room> {
  const db = await open();
  let ahead = 0;
  let made = 0;
  const now = () => Date.now() + ahead;
  const admin = { email: 'root@example.org', password: 'correct horse' };
  const identity = await openIdentity({ db, secrets: labSecrets, admin, now });
  return {
    identity,
    db,
    async another() {
      const otherDb = await open();
      const other = await openIdentity({ db: otherDb, secrets: labSecrets, withoutSetup: true });
      const stop = async () => {
        await other.stop();
        await otherDb.destroy();
      };
      return { identity: other, stop };
    },
    async later(ms, work) {
      ahead += ms;
      try {
        return await work();
      } finally {
        ahead -= ms;
      }
    },
    newUser: (password) =>
      identity.users.create({ email: `user${++made}@example.org`, name: `User ${made}`, password }),
    grantTo: (user, role, more = {}) =>
      identity.grants.add({ subjectKind: 'user', subjectId: user.id, role, scope: everywhere, ...more }),
    bearer: (secret) => ({ headers: { authorization: `Bearer ${secret}` }, address: '10.0.0.9' }),
    async signedIn(user) {
      const session = await identity.sessions.create(user.id, { headers: {}, address: '10.0.0.9' });
      const cookie = await createSessionCookies(identity.jwtSecret).write(session.id);
      const client = { headers: { cookie: `${sessionCookieName}=${cookie}` }, address: '10.0.0.9' };
      const principal = await identity.bySession(client);
      if (!principal) throw new Error('The session that was just made is not known.');
      return { id: session.id, client, principal };
    },
    async stop() {
      await identity.stop();
      await db.destroy();
    },
  };
}
