import { chmodSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, sqliteFileName, sqliteHandle } from '#lib/db/open-database.ts';
import { secretFileName } from '#lib/db/secret-box.ts';

/**
 * Copies the embedded database, as of one moment and while the console runs, and the secret kept beside it into a
 * folder; gives the paths that it wrote. Put back into an empty data folder they are the console again. Throws a
 * sentence when the folder holds a backup already, or the database is Postgres.
 */
export async function backUp(db: Database, dataDir: string, folder: string): Promise<string[]> {
  const handle = sqliteHandle(db);
  if (!handle) throw new Error('The database is Postgres: back it up with pg_dump, and the secret beside it.');
  const file = join(folder, sqliteFileName);
  if (existsSync(file)) throw new Error(`${file} is there already; give each backup a folder of its own.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Made empty with its mode first: at no moment can others read what is copied into it.
  closeSync(openSync(file, 'wx', 0o600));
  await handle.backup(file);
  const secret = join(dataDir, secretFileName);
  if (!existsSync(secret)) return [file];
  const copy = join(folder, secretFileName);
  copyFileSync(secret, copy);
  chmodSync(copy, 0o600);
  return [file, copy];
}
