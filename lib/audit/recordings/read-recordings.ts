import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { idFloor } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import type { RecordingInfo, RecordingQuery } from './types.ts';

const decompress = promisify(gunzip);
/** One chunk is about 64 KB of lines; more is none of ours (a bomb). */
const chunkBytesMax = 8 * 1024 * 1024;
const limitMax = 500;

/** A page of recordings, newest first. */
export async function listRecordings(
  db: Database,
  query: RecordingQuery,
): Promise<{ recordings: RecordingInfo[]; more: boolean }> {
  const limit = Math.min(Math.max(Math.floor(query.limit), 1), limitMax);
  let select = db.selectFrom('recordings').selectAll();
  if (query.userId !== undefined) select = select.where('user_id', '=', query.userId);
  if (query.engineId !== undefined) select = select.where('engine_id', '=', query.engineId);
  if (query.auditId !== undefined) select = select.where('audit_id', '=', query.auditId);
  if (query.before !== undefined) select = select.where('id', '<', query.before);
  if (query.fromMs !== undefined) select = select.where('id', '>=', idFloor(query.fromMs));
  if (query.toMs !== undefined) select = select.where('id', '<', idFloor(query.toMs));
  const { container } = query;
  if (container !== undefined) {
    select = select.where((eb) => eb.or([eb('container_id', '=', container), eb('container_name', '=', container)]));
  }
  const rows = await select
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return { recordings: rows.slice(0, limit).map(toInfo), more: rows.length > limit };
}

export async function getRecording(db: Database, id: string): Promise<RecordingInfo | undefined> {
  const row = await db.selectFrom('recordings').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toInfo(row);
}

/** The lines of a recording that are stored, chunk by chunk, without the header. */
export async function* readLines(db: Database, id: string): AsyncGenerator<string> {
  for (let n = 0; ; n++) {
    const row = await db
      .selectFrom('recording_chunks')
      .select('data')
      .where('recording_id', '=', id)
      .where('n', '=', n)
      .executeTakeFirst();
    if (!row) return;
    const text = await decompress(Buffer.from(row.data, 'base64'), { maxOutputLength: chunkBytesMax });
    yield text.toString('utf8');
  }
}

/** The first line of the file, as asciicast v2 has it. */
export function castHeader(info: RecordingInfo): string {
  const { cols, rows, at, command } = info;
  const title = `${info.containerName} on ${info.engineName}: ${command.join(' ') || 'attach'} (${info.email ?? ''})`;
  const header = { version: 2, width: cols, height: rows, timestamp: Math.floor(at / 1000), title };
  return `${JSON.stringify(header)}\n`;
}

/** At the console's start: sessions that an earlier run did not see end. */
export async function markLost(db: Database): Promise<void> {
  const note = 'The console ended before the session did.';
  await db.updateTable('recordings').set({ state: 'lost', note }).where('state', '=', 'running').execute();
}

const commandSchema = z.array(z.string()).catch([]);

function toInfo(row: Selectable<Tables['recordings']>): RecordingInfo {
  return {
    id: row.id,
    auditId: row.audit_id ?? undefined,
    at: row.at,
    userId: row.user_id ?? undefined,
    email: row.email ?? undefined,
    via: row.via ?? undefined,
    address: row.address ?? undefined,
    engineId: row.engine_id,
    engineName: row.engine_name,
    containerId: row.container_id,
    containerName: row.container_name,
    kind: row.kind === 'attach' ? 'attach' : 'exec',
    command: readCommand(row.command),
    tty: row.tty === 1,
    cols: row.cols,
    rows: row.rows,
    state: row.state === 'running' ? 'running' : row.state === 'ended' ? 'ended' : 'lost',
    durationMs: row.duration_ms,
    bytes: row.bytes,
    note: row.note ?? undefined,
  };
}

function readCommand(text: string): string[] {
  try {
    return commandSchema.parse(JSON.parse(text));
  } catch {
    // Too long to be kept whole.
    return [text];
  }
}
