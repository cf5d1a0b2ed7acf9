import type { Insertable, Updateable } from 'kysely';
import type { Tables } from '#lib/db/types.ts';
import type { Principal } from '#lib/shared/access.ts';

/** A terminal that is about to be recorded: whose, where, what. */
export interface SessionFacts {
  principal: Principal;
  /** The trail's record of the exec or attach. */
  auditId: string | undefined;
  engine: { id: string; name: string; tags: readonly string[] };
  container: { id: string; name: string };
  kind: 'exec' | 'attach';
  /** The exec's id, else the container's: what a resize names. */
  streamId: string;
  command: readonly string[];
  tty: boolean;
}

/** One session that is being recorded. What is given to it is kept in order; it never throws. */
export interface Recording {
  id: string;
  /** For the person, shown in a terminal before anything else. */
  notice: string;
  output(text: string): void;
  input(text: string): void;
  /** Too much waits to be stored: what feeds it should wait for `onRoom`. */
  readonly isFull: boolean;
  onRoom(listener: () => void): void;
  /** Aborts when the session must end: somebody ends it, or it can no longer be recorded. `reason` is an AppError. */
  ended: AbortSignal;
  /** The session is over; resolves when all of it is stored. */
  finish(): Promise<void>;
}

/** What is told of a recording. Times are ms since 1970. */
export interface RecordingInfo {
  id: string;
  auditId?: string;
  at: number;
  userId?: string;
  email?: string;
  via?: string;
  address?: string;
  engineId: string;
  engineName: string;
  containerId: string;
  containerName: string;
  kind: 'exec' | 'attach';
  command: string[];
  tty: boolean;
  cols: number;
  rows: number;
  /** `lost`: the console ended before the session did. */
  state: 'running' | 'ended' | 'lost';
  durationMs: number;
  bytes: number;
  /** Why it does not hold everything. */
  note?: string;
}

export interface RecordingQuery {
  userId?: string;
  engineId?: string;
  /** Id or name. */
  container?: string;
  auditId?: string;
  fromMs?: number;
  toMs?: number;
  before?: string;
  limit: number;
}

/** A change of a recording as the store writes it, in one transaction. */
export interface RecordingChange {
  id: string;
  insert?: Insertable<Tables['recordings']>;
  chunk?: { n: number; data: string };
  update?: Updateable<Tables['recordings']>;
}
