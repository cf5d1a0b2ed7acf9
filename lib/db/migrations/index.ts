import type { Migration, MigrationProvider } from 'kysely/migration';
import * as first from './0001-first.ts';
import * as access from './0002-access.ts';
import * as signIn from './0003-sign-in.ts';
import * as policies from './0004-policies.ts';
import * as trail from './0005-trail.ts';
import * as identityMore from './0006-identity-more.ts';

/** Every migration, oldest first by name. Imported, not read from the disk: the production server is one bundled file. */
export const migrations: Record<string, Migration> = {
  '0001-first': first,
  '0002-access': access,
  '0003-sign-in': signIn,
  '0004-policies': policies,
  '0005-trail': trail,
  '0006-identity-more': identityMore,
};

export const migrationProvider: MigrationProvider = {
  getMigrations: () => Promise.resolve(migrations),
};
