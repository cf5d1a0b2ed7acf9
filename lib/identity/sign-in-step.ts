import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import { readCookie } from './session-cookie.ts';
import type { ClientFacts, User } from './types.ts';
import { toUser } from './user-input.ts';

/** A sign-in whose first step was right; no session, and worth nothing without the second step. */
export const stepCookieName = 'pilothouse.step';
/** A signed-in person on the way to a provider, to connect his account there. */
export const connectCookieName = 'pilothouse.connect';

export const stepLifeMs = 10 * 60_000;

const stepSchema = z.object({ userId: z.string(), by: z.string(), at: z.number(), stamp: z.string() });
const connectSchema = z.object({ userId: z.string(), sessionId: z.string(), provider: z.string(), at: z.number() });

export interface OpenStep {
  user: User;
  /** `password`, or the id of the provider. */
  by: string;
}

export type ConnectIntent = z.infer<typeof connectSchema>;

/** What a person's browser carries between two steps: encrypted texts, so that nothing is stored for strangers. */
export interface SignInSteps {
  /** The cookie's value after the first step. */
  begin(userId: string, by: string): Promise<string>;
  /** Undefined: none, too old, or the account has changed since (disabled, another password). */
  read(client: ClientFacts): Promise<OpenStep | undefined>;
  beginConnect(userId: string, sessionId: string, provider: string): string;
  readConnect(client: ClientFacts): ConnectIntent | undefined;
}

/** The steps under the console's key. */
export function createSignInSteps(db: Database, secrets: SecretBox, now: () => number): SignInSteps {
  const rowOf = (id: string) => db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  // The first step was the password as it was: whoever changes it because it has leaked must be rid of open steps.
  const stampOf = (row: { password_hash: string | null }) =>
    createHash('sha256')
      .update(row.password_hash ?? '')
      .digest('base64url');

  function open(purpose: string, sealed: string | undefined): unknown {
    if (!sealed || sealed.length > 4096) return undefined;
    try {
      return JSON.parse(secrets.open(purpose, decodeURIComponent(sealed)));
    } catch {
      // Not ours, or of another key: as if it were not there.
      return undefined;
    }
  }
  const seal = (purpose: string, value: object) => encodeURIComponent(secrets.seal(purpose, JSON.stringify(value)));
  const inTime = (at: number) => now() - at <= stepLifeMs && at <= now() + 1000;

  return {
    async begin(userId, by) {
      const row = await rowOf(userId);
      return seal(stepCookieName, { userId, by, at: now(), stamp: row ? stampOf(row) : '' });
    },
    async read(client) {
      const parsed = stepSchema.safeParse(open(stepCookieName, readCookie(client.headers.cookie, stepCookieName)));
      if (!parsed.success || !inTime(parsed.data.at)) return undefined;
      const row = await rowOf(parsed.data.userId);
      if (row?.disabled !== 0 || row.kind !== 'person' || stampOf(row) !== parsed.data.stamp) return undefined;
      return { user: toUser(row), by: parsed.data.by };
    },
    beginConnect: (userId, sessionId, provider) => seal(connectCookieName, { userId, sessionId, provider, at: now() }),
    readConnect(client) {
      const cookie = readCookie(client.headers.cookie, connectCookieName);
      const parsed = connectSchema.safeParse(open(connectCookieName, cookie));
      return parsed.success && inTime(parsed.data.at) ? parsed.data : undefined;
    },
  };
}
