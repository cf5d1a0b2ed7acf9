import type { Selectable } from 'kysely';
import type { Tables } from '#lib/db/types.ts';
import type { Settings } from '#lib/shared/settings.ts';
import { type LastSeen, lastSeenLagMs } from './last-seen.ts';

type SessionTimes = Pick<Selectable<Tables['sessions']>, 'id' | 'created_at' | 'last_seen_at' | 'expires_at'>;

/** When sessions end by the settings in force. */
export interface SessionRules {
  lengthMs(): number;
  /** Its own end, or the one that a setting made shorter since gives it. */
  expiryOf(row: SessionTimes): number;
  /** The same, or earlier when the person does nothing until then. */
  endOf(row: SessionTimes): number;
}

/**
 * Idle is who sends no request and types nothing; a log view or a graph that runs on by itself is no sign of a person.
 * Times are stored once a minute, so an idle session ends up to a minute late rather than too early on another console.
 */
export function createSessionRules(
  settings: () => Settings['sessions'],
  lastSeen: Pick<LastSeen, 'sessionAt'>,
): SessionRules {
  const lengthMs = () => settings().lengthHours * 3600_000;
  const expiryOf = (row: SessionTimes) => Math.min(row.expires_at, row.created_at + lengthMs());
  return {
    lengthMs,
    expiryOf,
    endOf(row) {
      const { idleMinutes } = settings();
      if (idleMinutes === null) return expiryOf(row);
      const seenAt = Math.max(row.last_seen_at, lastSeen.sessionAt(row.id) ?? 0);
      return Math.min(expiryOf(row), seenAt + idleMinutes * 60_000 + lastSeenLagMs);
    },
  };
}
