import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Audit, AuditTarget } from '#lib/audit/types.ts';
import { parseConfig } from '#lib/config.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import type { Identity, User } from '#lib/identity/types.ts';
import type { ConsoleOperation } from '#lib/shared/operations.ts';

/** The rooms that the command line works with, on the console's own database, whether the console runs or not. */
export interface Rooms {
  dataDir: string;
  db: Database;
  secretBox: SecretBox;
  identity: Identity;
  audit: Audit;
  /** Does a change and keeps a record of it, as every change at the console has one. */
  change<T>(operation: ConsoleOperation, targets: AuditTarget[], params: object, work: () => Promise<T>): Promise<T>;
}

const projectRoot = resolve(import.meta.dirname, '../..');

/**
 * Opens the rooms by the same environment as the console (PILOTHOUSE_DATA, DATABASE_URL, PILOTHOUSE_SECRET), runs the
 * work and closes them. `mayCreate`: on an empty data folder the database is made, else that is an error, since the
 * folder is then most likely the wrong one.
 * `anySecret`: opens the database under another secret than its own, to replace it.
 */
export async function withRooms<T>(
  work: (rooms: Rooms) => Promise<T>,
  options: { mayCreate?: boolean; anySecret?: boolean } = {},
): Promise<T> {
  // Loaded here, so that --help does not wait for the databases' drivers.
  const { openDatabase, sqliteFileName } = await import('#lib/db/open-database.ts');
  const { openSecretBox } = await import('#lib/db/secret-box.ts');
  const { checkSecret } = await import('#lib/db/secret-check.ts');
  const { openIdentity } = await import('#lib/identity/open-identity.ts');
  const { openAudit } = await import('#lib/audit/open-audit.ts');
  // A relative folder that was given counts from here; the default lies beside the program, where npm start makes it.
  const given = Boolean(process.env.PILOTHOUSE_DATA);
  const config = parseConfig(process.env, '', (path) => resolve(given ? '.' : projectRoot, path));
  if (!config.databaseUrl && !options.mayCreate && !existsSync(join(config.dataDir, sqliteFileName))) {
    throw new Error(`There is no console's database in ${config.dataDir}; PILOTHOUSE_DATA names the folder.`);
  }
  const secretBox = openSecretBox(config);
  const db = await openDatabase(config);
  try {
    if (!options.anySecret) await checkSecret(db, secretBox);
    const identity = await openIdentity({ db, secrets: secretBox, withoutSetup: true });
    const audit = await openAudit({ db, key: secretBox.key('trail'), headDir: config.dataDir });
    try {
      return await work({ dataDir: config.dataDir, db, secretBox, identity, audit, change: recordedChange(audit) });
    } finally {
      await audit.stop();
      await identity.stop();
    }
  } finally {
    await db.destroy();
  }
}

/** The user of this e-mail; throws a sentence when there is none. */
export async function mustFindUser({ identity }: Rooms, email: string): Promise<User> {
  const user = await identity.users.byEmail(email);
  if (!user) throw new Error(`There is no user ${email}.`);
  return user;
}

function recordedChange(audit: Audit): Rooms['change'] {
  return async (operation, targets, params, work) => {
    const principal = { kind: 'system', purpose: `bin/pilothouse (${userInfo().username})` } as const;
    const startedAt = performance.now();
    const id = await audit.begin({ principal, operation, targets, params: { ...params } });
    const durationMs = () => performance.now() - startedAt;
    try {
      const result = await work();
      await audit.end(id, { outcome: 'done', durationMs: durationMs() });
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await audit.end(id, { outcome: 'failed', error: message, durationMs: durationMs() });
      throw error;
    }
  };
}
