import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely';
import { idFloor } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { toRecord } from './audit-row.ts';
import type { AuditQuery, AuditRecord } from './types.ts';

/** Most records of one page. */
const limitMax = 1000;
/** A text that is contained in more names than this is likely to be in every screenful: it is looked for by reading. */
const namesMax = 80;
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
  return db.selectFrom('audit').selectAll('audit').where(conditions(query)).orderBy('audit.id', 'desc');
}

/** All filters but `text`, on the columns of `audit`. */
function conditions(query: AuditQuery) {
  const eb = expressionBuilder<Tables, 'audit'>();
  const all: Expression<SqlBool>[] = [];
  if (query.target !== undefined) {
    const { target, alias = target } = query;
    const ids = eb
      .selectFrom('audit_targets')
      .select('audit_targets.audit_id')
      .where('audit_targets.target', 'in', [...new Set([target, target.toLowerCase(), alias, alias.toLowerCase()])]);
    all.push(eb('audit.id', 'in', ids));
  }
  if (query.userId !== undefined) all.push(eb('audit.user_id', '=', query.userId));
  if (query.operation !== undefined) all.push(eb('audit.operation', '=', query.operation));
  if (query.engineId !== undefined) all.push(eb('audit.engine_id', '=', query.engineId));
  if (query.outcome !== undefined) all.push(eb('audit.outcome', '=', query.outcome));
  if (query.before !== undefined) all.push(eb('audit.id', '<', query.before));
  // Ids begin with their time, so the range needs no index of its own.
  if (query.fromMs !== undefined) all.push(eb('audit.id', '>=', idFloor(query.fromMs)));
  if (query.toMs !== undefined) all.push(eb('audit.id', '<', idFloor(query.toMs)));
  return eb.and(all);
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

interface Name {
  kind: string;
  name: string;
  ref: string;
}

function idsOfName(db: Database, query: AuditQuery, { kind, name, ref }: Name, limit: number) {
  if (kind === 'target') {
    // A cross join keeps SQLite to this order: it would rather read all records of a person than the few of a target.
    return db
      .selectFrom('audit_targets')
      .crossJoin('audit')
      .select('audit.id')
      .where('audit_targets.target', '=', ref)
      .whereRef('audit.id', '=', 'audit_targets.audit_id')
      .where(conditions(query))
      .orderBy('audit_targets.audit_id', 'desc')
      .limit(limit)
      .execute();
  }
  const select = filtered(db, query).clearSelect().select('audit.id').limit(limit);
  if (kind === 'operation') return select.where('audit.operation', '=', ref).execute();
  // By the id for its index, and by the name, since both may have changed: people and engines are renamed.
  const [idColumn, nameColumn] =
    kind === 'email'
      ? (['audit.user_id', 'audit.email'] as const)
      : (['audit.engine_id', 'audit.engine_name'] as const);
  return select
    .where(idColumn, '=', ref)
    .where((eb) => eb(eb.fn('lower', [nameColumn]), '=', name))
    .execute();
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
