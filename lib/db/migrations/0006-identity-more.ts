import type { Kysely } from 'kysely';

/** Tokens with grants of their own, and one-time links: invitations and password resets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Kept apart from the grants: a token whose last own grant was removed or has ended must not become an unlimited one.
  await db.schema
    .alterTable('tokens')
    .addColumn('limited', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('links')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('user_id', 'text', (c) => c.references('users.id').onDelete('cascade'))
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('teams', 'text', (c) => c.notNull())
    .addColumn('grants', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
}
