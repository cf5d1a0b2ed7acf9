import { z } from 'zod';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import { appError } from '#lib/shared/errors.ts';
import { parseInput } from './engine-input.ts';
import { normalizeRegistryAddress, registryOf } from './image-reference.ts';
import type { Registries, Registry } from './registries-types.ts';

const purpose = 'registry-secret';
const secret = z
  .string()
  .min(1, 'The password or token is empty.')
  .max(16 * 1024);
const username = z.string().trim().min(1, 'The user name is empty.').max(255);
const addSchema = z.strictObject({ address: z.string().min(1).max(255), username, password: secret });
const changeSchema = z.strictObject({ username: username.optional(), password: secret.optional() });

/** Registry credentials in the database, sealed under the console's key. Throws bad-request, conflict, not-found. */
export function createRegistries(options: { db: Database; secretBox: SecretBox; now?: () => number }): Registries {
  const { db, secretBox } = options;
  const now = options.now ?? Date.now;

  async function read(id: string): Promise<Registry> {
    const row = await db.selectFrom('registries').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw appError('not-found', 'There is no such registry.');
    return toRegistry(row);
  }

  return {
    async list() {
      return (await db.selectFrom('registries').selectAll().orderBy('address').execute()).map(toRegistry);
    },
    async add(input) {
      const parsed = parseInput(addSchema, input);
      const address = normalizeRegistryAddress(parsed.address);
      const id = newId(now());
      const inserted = await db
        .insertInto('registries')
        .values({
          ...{ id, address, username: parsed.username, created_at: now() },
          secret: secretBox.seal(purpose, parsed.password),
        })
        .onConflict((conflict) => conflict.column('address').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!inserted) throw appError('conflict', `Credentials for ${address} are already stored.`);
      return await read(id);
    },
    async update(id, change) {
      const parsed = parseInput(changeSchema, change);
      await read(id);
      const set = {
        ...(parsed.username === undefined ? undefined : { username: parsed.username }),
        ...(parsed.password === undefined ? undefined : { secret: secretBox.seal(purpose, parsed.password) }),
      };
      if (Object.keys(set).length > 0) await db.updateTable('registries').set(set).where('id', '=', id).execute();
      return await read(id);
    },
    async remove(id) {
      await read(id);
      await db.deleteFrom('registries').where('id', '=', id).execute();
    },
    async authHeader(imageReference) {
      const address = registryOf(imageReference);
      const row = await db.selectFrom('registries').selectAll().where('address', '=', address).executeTakeFirst();
      if (!row) return undefined;
      return encodeAuth({
        username: row.username,
        password: secretBox.open(purpose, row.secret),
        serveraddress: address === 'docker.io' ? 'https://index.docker.io/v1/' : address,
      });
    },
  };
}

/** Engines read RFC 4648's URL-safe alphabet, and old ones insist on the padding that `base64url` leaves out. */
function encodeAuth(auth: { username: string; password: string; serveraddress: string }): string {
  return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function toRegistry(row: { id: string; address: string; username: string; created_at: number }): Registry {
  return { id: row.id, address: row.address, username: row.username, createdAt: row.created_at };
}
