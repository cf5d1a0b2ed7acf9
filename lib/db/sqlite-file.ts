import { chmodSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Tables } from './types.ts';

/** A connection to an embedded database, whose tables are left as they are. Made with mode 0600 when missing. */
export function openSqliteFile(file: string): { db: Kysely<Tables>; handle: BetterSqlite.Database } {
  let handle: BetterSqlite.Database;
  try {
    handle = new BetterSqlite(file, { timeout: 5000 });
    // Password hashes and encrypted keys lie in here; SQLite gives its -wal and -shm files the same mode.
    chmodSync(file, 0o600);
    handle.pragma('journal_mode = WAL');
    // The trail must survive a power cut, and WAL's default (NORMAL) may lose the last commits.
    handle.pragma('synchronous = FULL');
    handle.pragma('foreign_keys = ON');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`The database ${file} can't be opened: ${message}`, { cause: error });
  }
  return { db: new Kysely<Tables>({ dialect: new SqliteDialect({ database: handle }) }), handle };
}
