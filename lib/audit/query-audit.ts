import { sql } from 'kysely';
import { idFloor } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import { toRecord } from './audit-row.ts';
import type { AuditQuery, AuditRecord } from './types.ts';

/** Most records of one page. */
const limitMax = 1000;
/** A text that is contained in more names than this is likely to be in every screenful: it is looked for by reading. */
const namesMax = 150;
/** Rows that a search by reading takes between two turns of the event loop: some ten milliseconds on SQLite. */
const windowRows = 20_000;

/**
 * A page of the trail, newest first. Every filter has an index in the page's order. `text` is contained, without regard
 * to case, in the e-mail, the operation, the engine's name or a target's name.
 */
export async function queryAudit(db: Database, query: AuditQuery): Promise<{ records: AuditRecord[]; more: boolean }> {
  const limit = Math.min(Math.max(Math.floor(query.limit), 1), limitMax);
  const text = query.text?.trim().toLowerCase();
  const rows = text
    ? await searchText(db, query, text, limit + 1)
    : await filtered(db, query)
        .limit(limit + 1)
        .execute();
  return { records: rows.slice(0, limit).map(toRecord), more: rows.length > limit };
}

function filtered(db: Database, query: AuditQuery) {
  let select = db.selectFrom('audit').selectAll('audit').orderBy('audit.id', 'desc');
  if (query.target !== undefined) {
    const { target } = query;
    select = select.where('audit.id', 'in', (eb) =>
      eb
        .selectFrom('audit_targets')
        .select('audit_targets.audit_id')
        .where('audit_targets.target', 'in', [...new Set([target, target.toLowerCase()])]),
    );
  }
  if (query.userId !== undefined) select = select.where('audit.user_id', '=', query.userId);
  if (query.operation !== undefined) select = select.where('audit.operation', '=', query.operation);
  if (query.engineId !== undefined) select = select.where('audit.engine_id', '=', query.engineId);
  if (query.outcome !== undefined) select = select.where('audit.outcome', '=', query.outcome);
  if (query.before !== undefined) select = select.where('audit.id', '<', query.before);
  // Ids begin with their time, so the range needs no index of its own.
  if (query.fromMs !== undefined) select = select.where('audit.id', '>=', idFloor(query.fromMs));
  if (query.toMs !== undefined) select = select.where('audit.id', '<', idFloor(query.toMs));
  return select;
}

/** Names are few where records are many: the text is looked up among the names, and each name has its records by index. */
async function searchText(db: Database, query: AuditQuery, text: string, limit: number) {
  const pattern = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const names = await db
    .selectFrom('audit_names')
    .selectAll()
    .where((eb) => sql<boolean>`${eb.ref('name')} like ${pattern} escape '\\'`)
    .limit(namesMax + 1)
    .execute();
  if (names.length > namesMax) return await searchByReading(db, query, pattern, limit);
  const ids = new Set<string>();
  for (const name of names) {
    for (const { id } of await idsOfName(db, query, name, limit)) ids.add(id);
  }
  const newest = [...ids].sort().reverse().slice(0, limit);
  if (newest.length === 0) return [];
  return await db.selectFrom('audit').selectAll().where('id', 'in', newest).orderBy('id', 'desc').execute();
}

function idsOfName(db: Database, query: AuditQuery, name: { kind: string; name: string; ref: string }, limit: number) {
  const { kind, ref } = name;
  let select = filtered(db, query).clearSelect().select('audit.id').limit(limit);
  if (kind === 'operation') select = select.where('audit.operation', '=', ref);
  // By the id for its index, and by the name, since both may have changed: people and engines are renamed.
  else if (kind === 'email') {
    select = select.where('audit.user_id', '=', ref).where((eb) => eb(eb.fn('lower', ['audit.email']), '=', name.name));
  } else if (kind === 'engine') {
    select = select
      .where('audit.engine_id', '=', ref)
      .where((eb) => eb(eb.fn('lower', ['audit.engine_name']), '=', name.name));
  } else {
    select = select
      .innerJoin('audit_targets', 'audit_targets.audit_id', 'audit.id')
      .where('audit_targets.target', '=', ref)
      .clearOrderBy()
      .orderBy('audit_targets.audit_id', 'desc');
  }
  return select.execute();
}

/** Reads window after window, each one a query of its own, so that no search holds up the server or the database. */
async function searchByReading(db: Database, query: AuditQuery, pattern: string, limit: number) {
  const found: Awaited<ReturnType<ReturnType<typeof filtered>['execute']>> = [];
  let before = query.before;
  for (;;) {
    const narrowed = filtered(db, { ...query, before });
    const edge = await narrowed.clearSelect().select('audit.id').offset(windowRows).limit(1).executeTakeFirst();
    let window = narrowed.where((eb) =>
      eb.or(
        (['target_text', 'email', 'operation', 'engine_name'] as const).map(
          (column) => sql<boolean>`lower(${eb.ref(`audit.${column}`)}) like ${pattern} escape '\\'`,
        ),
      ),
    );
    if (edge) window = window.where('audit.id', '>=', edge.id);
    found.push(...(await window.limit(limit - found.length).execute()));
    if (found.length >= limit || !edge) return found;
    before = edge.id;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
