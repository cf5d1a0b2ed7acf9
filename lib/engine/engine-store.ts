import { z } from 'zod';
import type { AccessSignal } from '#lib/db/access-signal.ts';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import { transportOf } from './endpoint.ts';
import type { EngineConfig, EngineInput, EngineSecrets } from './types.ts';

/** An engine with its secrets, as kept in memory. */
export interface StoredEngine {
  config: EngineConfig;
  secrets: EngineSecrets;
  /** Stored secrets that the console's present key does not open: says why. */
  sealedProblem?: string;
}

const purpose = 'engine-secrets';
const firstRunKey = 'engines.first-run';
const tagsText = z.array(z.string());
const secretsText = z.object({
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  identity: z.string().optional(),
});

/** The engines' rows in the database; secrets are sealed under the console's key. */
export interface EngineStore {
  load(): Promise<StoredEngine[]>;
  insert(input: EngineInput): Promise<StoredEngine>;
  /** Writes an engine's row and aliases as given; `keepSecrets` leaves what is sealed as it is. */
  save(engine: StoredEngine, options: { keepSecrets: boolean }): Promise<void>;
  remove(id: string): Promise<void>;
  /** Whether an engine was ever added, by a person or at first run. */
  everAdded(): Promise<boolean>;
}

export function createEngineStore(options: {
  db: Database;
  secretBox: SecretBox;
  /** Tells other processes of each change. */
  signal: Pick<AccessSignal, 'mark'>;
  now: () => number;
}): EngineStore {
  const { db, secretBox, signal, now } = options;
  const seal = (secrets: EngineSecrets) =>
    Object.values(secrets).some(Boolean) ? secretBox.seal(purpose, JSON.stringify(secrets)) : null;

  return {
    async load() {
      const rows = await db.selectFrom('engines').selectAll().orderBy('created_at').orderBy('id').execute();
      const aliases = await db.selectFrom('engine_aliases').selectAll().orderBy('name').execute();
      return rows.map((row) => {
        const { secrets, sealedProblem } = openSecrets(secretBox, row.secrets);
        const own = aliases.filter((alias) => alias.engine_id === row.id).map(({ name }) => name);
        const config: EngineConfig = {
          ...{ id: row.id, name: row.name, aliases: own, tags: tagsText.parse(JSON.parse(row.tags)) },
          ...{ url: row.url, transport: transportOf(row.url, secrets), hostKey: row.host_key ?? undefined },
        };
        // The row knows that it was TLS even when the secrets can't be read.
        if (sealedProblem && row.transport === 'tls') config.transport = 'tls';
        return { config, secrets, sealedProblem };
      });
    },

    async insert({ name, url, tags, secrets, hostKey }) {
      const id = newId(now());
      const transport = transportOf(url, secrets);
      await db.transaction().execute(async (trx) => {
        await signal.mark(trx);
        await trx
          .insertInto('engines')
          .values({
            ...{ id, name, url, transport, tags: JSON.stringify(tags), secrets: seal(secrets) },
            ...{ host_key: hostKey ?? null, created_at: now() },
          })
          .execute();
        await trx
          .insertInto('settings')
          .values({ key: firstRunKey, value: 'done' })
          .onConflict((conflict) => conflict.column('key').doNothing())
          .execute();
      });
      return { config: { id, name, url, tags, transport, aliases: [], hostKey }, secrets };
    },

    async save({ config, secrets }, { keepSecrets }) {
      const { id, name, url, tags, transport, hostKey, aliases } = config;
      await db.transaction().execute(async (trx) => {
        await signal.mark(trx);
        await trx
          .updateTable('engines')
          .set({
            ...{ name, url, transport, tags: JSON.stringify(tags), host_key: hostKey ?? null },
            ...(keepSecrets ? undefined : { secrets: seal(secrets) }),
          })
          .where('id', '=', id)
          .execute();
        await trx.deleteFrom('engine_aliases').where('engine_id', '=', id).execute();
        if (aliases.length > 0)
          await trx
            .insertInto('engine_aliases')
            .values(aliases.map((alias) => ({ name: alias, engine_id: id })))
            .execute();
      });
    },

    async remove(id) {
      await db.transaction().execute(async (trx) => {
        await signal.mark(trx);
        await trx.deleteFrom('engine_aliases').where('engine_id', '=', id).execute();
        await trx.deleteFrom('engines').where('id', '=', id).execute();
      });
    },

    async everAdded() {
      const row = await db.selectFrom('settings').select('value').where('key', '=', firstRunKey).executeTakeFirst();
      return row !== undefined;
    },
  };
}

function openSecrets(secretBox: SecretBox, sealed: string | null): { secrets: EngineSecrets; sealedProblem?: string } {
  if (sealed === null) return { secrets: {} };
  try {
    return { secrets: secretsText.parse(JSON.parse(secretBox.open(purpose, sealed))) };
  } catch (error) {
    // One engine whose secrets are lost must not keep the console from starting; it is shown as down with this.
    return { secrets: {}, sealedProblem: error instanceof Error ? error.message : String(error) };
  }
}
