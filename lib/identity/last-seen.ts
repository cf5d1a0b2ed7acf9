import type { Database } from '#lib/db/open-database.ts';
import { createLog } from '#lib/log.ts';

const log = createLog();

/** So far the stored times may lie behind. */
export const lastSeenLagMs = 60_000;

/** Remembers when sessions, tokens and users were last seen and writes it once a minute, not once per request. */
export interface LastSeen {
  session(sessionId: string, userId: string, atMs: number): void;
  /** When a session was last seen, as far as that is not in the database yet. */
  sessionAt(sessionId: string): number | undefined;
  token(tokenId: string, userId: string, atMs: number): void;
  /** Writes what is not written yet; also before a list is read, so that people see the truth. */
  flush(): Promise<void>;
  /** Writes the rest and ends the timer. */
  stop(): Promise<void>;
}

/** At most one entry per live session, token and user is held between two writes. */
export function createLastSeen(db: Database): LastSeen {
  let sessions = new Map<string, number>();
  let tokens = new Map<string, number>();
  let users = new Map<string, number>();
  /** What a flush is writing: not yet to be read from the database. */
  let writing = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    timer ??= setTimeout(() => {
      flush().catch((error: unknown) => log.error('when people were last seen could not be stored', { error }));
    }, lastSeenLagMs);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const [s, t, u] = [sessions, tokens, users];
    if (s.size + t.size + u.size === 0) return;
    writing = s;
    sessions = new Map();
    tokens = new Map();
    users = new Map();
    await db.transaction().execute(async (trx) => {
      for (const [id, at] of s)
        await trx.updateTable('sessions').set({ last_seen_at: at }).where('id', '=', id).execute();
      for (const [id, at] of t)
        await trx.updateTable('tokens').set({ last_used_at: at }).where('id', '=', id).execute();
      for (const [id, at] of u) await trx.updateTable('users').set({ last_seen_at: at }).where('id', '=', id).execute();
    });
    if (writing === s) writing = new Map();
  }

  return {
    session(sessionId, userId, atMs) {
      sessions.set(sessionId, atMs);
      users.set(userId, atMs);
      schedule();
    },
    sessionAt: (sessionId) => sessions.get(sessionId) ?? writing.get(sessionId),
    token(tokenId, userId, atMs) {
      tokens.set(tokenId, atMs);
      users.set(userId, atMs);
      schedule();
    },
    flush,
    stop: flush,
  };
}
