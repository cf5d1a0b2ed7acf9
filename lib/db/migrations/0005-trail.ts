import { type Kysely, sql } from 'kysely';

/** The trail's chain and the recordings of terminals. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // One block for each commit of the trail: `entries` says what it stored, `hash` binds it to all blocks before.
  await db.schema
    .createTable('audit_blocks')
    .addColumn('seq', 'bigint', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('entries', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  // `head`: where the chain ends, and what all writers lock. `anchor`: where it begins, after retention has cut it.
  await db.schema
    .createTable('audit_chain')
    .addColumn('kind', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  // There from the start, so that two consoles that begin at once on Postgres find a row to lock.
  await sql`insert into audit_chain (kind, value) values ('head', '')`.execute(db);
  await createRecordingTables(db);
}

async function createRecordingTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('recordings')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('audit_id', 'text')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('user_id', 'text')
    .addColumn('email', 'text')
    .addColumn('via', 'text')
    .addColumn('address', 'text')
    .addColumn('engine_id', 'text', (c) => c.notNull())
    .addColumn('engine_name', 'text', (c) => c.notNull())
    .addColumn('container_id', 'text', (c) => c.notNull())
    .addColumn('container_name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('command', 'text', (c) => c.notNull())
    .addColumn('tty', 'integer', (c) => c.notNull())
    .addColumn('cols', 'integer', (c) => c.notNull())
    .addColumn('rows', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('duration_ms', 'bigint', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('chunks', 'integer', (c) => c.notNull())
    .addColumn('note', 'text')
    .execute();
  for (const column of ['user_id', 'engine_id', 'container_id', 'state', 'audit_id']) {
    await db.schema.createIndex(`recordings_by_${column}`).on('recordings').columns([column, 'id']).execute();
  }
  // `data`: lines of asciicast v2, gzip, base64, since the two databases share no type for bytes.
  await db.schema
    .createTable('recording_chunks')
    .addColumn('recording_id', 'text', (c) => c.notNull().references('recordings.id').onDelete('cascade'))
    .addColumn('n', 'integer', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('recording_chunks_key', ['recording_id', 'n'])
    .execute();
}
