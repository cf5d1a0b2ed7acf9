import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type BetterSqlite from 'better-sqlite3';
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { createLog } from '#lib/log.ts';
import { migrationProvider } from './migrations/index.ts';
import { openSqliteFile } from './sqlite-file.ts';
import type { Tables } from './types.ts';

const log = createLog();

export type Database = Kysely<Tables>;

/** The name of the embedded database inside the data folder. */
export const sqliteFileName = 'pilothouse.sqlite';

const sqliteHandles = new WeakMap<Database, BetterSqlite.Database>();
const postgresUrls = new WeakMap<Database, string>();

/**
 * Opens the database and brings its tables up to date. Without `databaseUrl` it is the SQLite file in `dataDir`, which
 * is made (mode 0700) when missing. The caller ends it with `destroy()`. Errors are one sentence for whoever starts it.
 */
export async function openDatabase(options: { databaseUrl?: string; dataDir: string }): Promise<Database> {
  const db = options.databaseUrl ? openPostgres(options.databaseUrl) : openSqlite(options.dataDir);
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    const where = options.databaseUrl ? hideSecrets(options.databaseUrl) : join(options.dataDir, sqliteFileName);
    throw new Error(`The database ${where} can't be used: ${messageOf(error)}`, { cause: error });
  }
  return db;
}

/** Makes the data folder when missing and proves that it can be written to; throws one sentence otherwise. */
export function ensureDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`PILOTHOUSE_DATA names ${dataDir}, which can't be written to: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The connection under an embedded database; undefined on Postgres. For pragmas that Kysely has no word for. */
export function sqliteHandle(db: Database): BetterSqlite.Database | undefined {
  return sqliteHandles.get(db);
}

/** The URL of a Postgres database, for a connection of its own that listens; undefined on SQLite. */
export function postgresUrl(db: Database): string | undefined {
  return postgresUrls.get(db);
}

/** The file under an embedded database, for a connection of its own in another thread; undefined on Postgres. */
export function sqliteFile(db: Database): string | undefined {
  return sqliteHandles.get(db)?.name;
}

function openSqlite(dataDir: string): Database {
  ensureDataDir(dataDir);
  const { db, handle } = openSqliteFile(join(dataDir, sqliteFileName));
  sqliteHandles.set(db, handle);
  return db;
}

function openPostgres(url: string): Database {
  const types: pg.CustomTypesConfig = {
    // Our bigints are times, sizes and counts, all below 2^53; pg would hand them over as text.
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === pg.types.builtins.INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
  };
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, types });
  // An idle connection that breaks is replaced by the pool; without a listener the event would end the process.
  pool.on('error', (error) => log.error('a connection to the database broke', { error }));
  const db: Database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  postgresUrls.set(db, url);
  return db;
}

async function migrate(db: Database): Promise<void> {
  const handle = sqliteHandles.get(db);
  // Kysely takes no lock on SQLite, where a console and a command can start on an empty folder at once. So what it does
  // from its first look to its last table is one transaction that holds the write lock from the start.
  handle?.pragma('busy_timeout = 30000');
  handle?.exec('BEGIN IMMEDIATE');
  const migrator = new Migrator({ db, provider: migrationProvider, disableTransactions: handle !== undefined });
  const { error } = await migrator.migrateToLatest();
  // SQLite ends a transaction by itself on some errors (a full disk).
  if (handle?.inTransaction) handle.exec(error ? 'ROLLBACK' : 'COMMIT');
  handle?.pragma('busy_timeout = 5000');
  if (error) throw error;
}

function hideSecrets(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}${port ? `:${port}` : ''}${pathname}`;
  } catch {
    return 'named by DATABASE_URL';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
