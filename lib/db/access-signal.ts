import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type BetterSqlite from 'better-sqlite3';
import { sql, type Transaction } from 'kysely';
import { createLog } from '#lib/log.ts';
import { newId } from './new-id.ts';
import { type Database, postgresUrl, sqliteHandle } from './open-database.ts';
import { listenPostgres } from './postgres-listener.ts';
import type { Tables } from './types.ts';

const log = createLog();

/** What a signal is about: who may do what, or the list of engines. */
export type SignalSubject = 'access' | 'engines';

/**
 * Tells this process when another one (bin/pilothouse, a second console) changed users, sessions, tokens or grants, or
 * the engines. A row of `settings` changes with them.
 * Nothing polls: SQLite's own data version is asked at each lookup, which costs microseconds, and its log file is
 * watched for those who look up nothing (an open stream); Postgres notifies.
 */
export interface AccessSignal {
  /**
   * First statement of every transaction that changes what this signal is about. It takes the database's write lock, so that
   * two such changes never decide on the same "before" (two administrators who remove each other).
   */
  mark(trx: Transaction<Tables>): Promise<void>;
  /**
   * Asked at each lookup: whether another process has changed something since the last time. The database is asked once
   * per turn of the event loop, so the answer is at most as old as this turn's work: milliseconds.
   */
  changedElsewhere(): boolean;
  /** Nobody would tell us of a change right now, so nothing may be remembered. */
  blind(): boolean;
  /** Called when another process changed something; set once, by the room whose signal this is. */
  onChange(listener: () => void): void;
  stop(): Promise<void>;
}

/** Opens the signal that belongs to this kind of database. */
export async function openAccessSignal(db: Database, subject: SignalSubject = 'access'): Promise<AccessSignal> {
  const handle = sqliteHandle(db);
  if (handle) return sqliteSignal(handle, `${subject}-version`);
  const url = postgresUrl(db);
  if (!url) throw new Error('The access signal knows SQLite and Postgres only.');
  return postgresSignal(url, `${subject}-version`, `pilothouse_${subject}`);
}

async function writeVersion(trx: Transaction<Tables>, key: string, value: string): Promise<void> {
  await trx
    .insertInto('settings')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

function sqliteSignal(handle: BetterSqlite.Database, versionKey: string): AccessSignal {
  const dataVersion = handle.prepare<[], number>('pragma data_version').pluck();
  const accessVersion = handle.prepare<[string], string>('select value from settings where key = ?').pluck();
  let seenData = dataVersion.get();
  let known = accessVersion.get(versionKey);
  let listener: () => void = () => {};

  // Other connections' commits move the data version, ours do not; the second look tells audit records from changes.
  const look = (): boolean => {
    const data = dataVersion.get();
    if (data === seenData) return false;
    seenData = data;
    const version = accessVersion.get(versionKey);
    if (version === known) return false;
    known = version;
    return true;
  };

  let lookedThisTurn: NodeJS.Immediate | undefined;
  const changedElsewhere = (): boolean => {
    // A request looks up somebody several times; a turn with many requests would spend a tenth of its time on this.
    if (lookedThisTurn) return false;
    lookedThisTurn = setImmediate(() => {
      lookedThisTurn = undefined;
    });
    return look();
  };

  let scheduled: NodeJS.Immediate | undefined;
  const lookSoon = (): void => {
    // Many writes, one look.
    scheduled ??= setImmediate(() => {
      scheduled = undefined;
      if (handle.open && look()) listener();
    });
  };
  const logFile = `${basename(handle.name)}-wal`;
  const watcher: FSWatcher = watch(dirname(handle.name), (_event, file) => {
    if (file === null || file === logFile) lookSoon();
  });
  watcher.on('error', (error) => log.error('the data folder can not be watched any more', { error }));
  return {
    async mark(trx) {
      const value = newId();
      await writeVersion(trx, versionKey, value);
      known = value;
    },
    changedElsewhere,
    blind: () => false,
    onChange: (given) => {
      listener = given;
    },
    stop: () => {
      watcher.close();
      if (scheduled) clearImmediate(scheduled);
      if (lookedThisTurn) clearImmediate(lookedThisTurn);
      return Promise.resolve();
    },
  };
}

async function postgresSignal(url: string, versionKey: string, channel: string): Promise<AccessSignal> {
  let listener: () => void = () => {};
  const own = new Set<string>();
  const connection = await listenPostgres(url, channel, (payload) => {
    if (payload === undefined || !own.delete(payload)) listener();
  });
  return {
    async mark(trx) {
      const value = newId();
      await writeVersion(trx, versionKey, value);
      own.add(value);
      // A rolled back mark never comes back as a notice; keep the set from growing by it.
      if (own.size > 1000) own.clear();
      await sql`select pg_notify(${channel}, ${value})`.execute(trx);
    },
    changedElsewhere: () => false,
    blind: () => !connection.listening(),
    onChange: (given) => {
      listener = given;
    },
    stop: () => connection.stop(),
  };
}
