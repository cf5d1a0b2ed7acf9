import { createHash } from 'node:crypto';
import { decode, encode } from 'next-auth/jwt';
import { z } from 'zod';

/** Fixed, also behind https: one process may serve both, and next-auth's own names differ by scheme. */
export const sessionCookieName = 'pilothouse.session';

/** Longer than any session: the row in the database decides when one ends. */
const cookieLengthMs = 400 * 24 * 3600_000;

const payloadSchema = z.object({ sid: z.string().min(1).max(64) });

/** Decoded cookies to remember: decrypting one costs more than everything else about a request. */
const rememberedMax = 5000;

/** Reads session ids out of cookies. The id still has to be looked up: a cookie alone can't be revoked. */
export interface SessionCookies {
  /** The session id of the `Cookie` header; undefined without a cookie of ours, or with one that does not decrypt. */
  read(cookieHeader: string | undefined): Promise<string | undefined>;
  /** A cookie value for a session, as next-auth makes it. For tests and the command line. */
  write(sessionId: string): Promise<string>;
}

/** The reader under one key (next-auth's `secret`). */
export function createSessionCookies(secret: string): SessionCookies {
  const remembered = new Map<string, string>();
  return {
    async read(cookieHeader) {
      const token = readCookie(cookieHeader, sessionCookieName);
      if (!token || token.length > 4096) return undefined;
      // By hash, so that a dump of the memory holds no list of live cookies.
      const key = createHash('sha256').update(token).digest('base64');
      const known = remembered.get(key);
      if (known) return known;
      const sid = await readSessionId(token, secret);
      if (!sid) return undefined;
      remembered.set(key, sid);
      if (remembered.size > rememberedMax) {
        const oldest = remembered.keys().next().value;
        if (oldest !== undefined) remembered.delete(oldest);
      }
      return sid;
    },
    write: (sessionId) => encode({ token: { sid: sessionId }, secret, maxAge: cookieLengthMs / 1000 }),
  };
}

async function readSessionId(token: string, secret: string): Promise<string | undefined> {
  try {
    return payloadSchema.safeParse(await decode({ token, secret })).data?.sid;
  } catch {
    // Not ours, of another key, or past its time: nobody. Whoever sends garbage must not fill the log with it.
    return undefined;
  }
}

/**
 * The value of the one cookie of this name. Two of them are refused: a neighbour on the same host name could set a
 * second one with a longer path (cookie tossing), and which of them counts is anybody's guess.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}
