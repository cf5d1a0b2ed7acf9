import type { Migration, MigrationProvider } from 'kysely/migration';
import * as first from './0001-first.ts';

/** Every migration, oldest first by name. Imported, not read from the disk: the production server is one bundled file. */
export const migrations: Record<string, Migration> = {
  '0001-first': first,
};

export const migrationProvider: MigrationProvider = {
  getMigrations: () => Promise.resolve(migrations),
};
