import { sql } from 'kysely';
import { idFloor } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import { toRecord } from './audit-row.ts';
import type { AuditQuery, AuditRecord } from './types.ts';

/** Most records of one page. */
const limitMax = 1000;
/** Rows that a text search reads between two turns of the event loop: some ten milliseconds on SQLite. */
const windowRows = 20_000;

/**
 * A page of the trail, newest first. Every filter but `text` has an index that is in the page's order; `text` (contained
 * in the e-mail, operation, engine, targets, reason or address, without regard to case) is read through in windows.
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
        .where('audit_targets.target', 'in', [target, target.toLowerCase()]),
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

/** Reads window after window, each one a query of its own, so that no search holds up the server or the database. */
async function searchText(db: Database, query: AuditQuery, text: string, limit: number) {
  const pattern = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const found: Awaited<ReturnType<ReturnType<typeof filtered>['execute']>> = [];
  let before = query.before;
  for (;;) {
    const narrowed = filtered(db, { ...query, before });
    const edge = await narrowed.clearSelect().select('audit.id').offset(windowRows).limit(1).executeTakeFirst();
    let window = narrowed.where((eb) =>
      eb.or(
        (['target_text', 'email', 'operation', 'engine_name', 'reason', 'address'] as const).map(
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
