import { z } from 'zod';
import { auditColumns, toCsvLine } from '#lib/audit/export-csv.ts';
import type { AuditQuery, AuditRecord } from '#lib/audit/types.ts';
import type { Runtime } from '#lib/runtime.ts';
import { readRoute } from './route.ts';
import { streamText } from './stream-text.ts';

/** Milliseconds since 1970, or what Date reads. */
const time = z.string().transform((text, ctx) => {
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(ms)) ctx.addIssue('is not a time');
  return ms;
});
const text = z.string().max(500).optional();
const filters = z.object({
  text,
  user: text,
  operation: text,
  engine: text,
  target: text,
  alias: text,
  outcome: z.enum(['pending', 'done', 'failed', 'denied', 'unknown']).optional(),
  from: time.optional(),
  to: time.optional(),
  before: text,
});
const listQuery = filters.extend({ limit: z.coerce.number().int().min(1).max(500).default(100) });
const exportQuery = filters.extend({ format: z.enum(['csv', 'jsonl']).default('csv') });
const countsQuery = z.object({ from: time.optional(), to: time.optional() });

const exportPage = 1000;
const dayMs = 24 * 3600_000;

async function toQuery(
  { identity, engines }: Runtime,
  asked: z.infer<typeof filters>,
  limit: number,
): Promise<AuditQuery> {
  const { user, engine } = asked;
  return {
    text: asked.text,
    // People type an e-mail and an engine's name; the trail is kept by ids, which outlive both.
    userId: user?.includes('@') ? ((await identity.users.byEmail(user))?.id ?? user) : user,
    operation: asked.operation,
    engineId: engine === undefined ? undefined : (engines.find(engine)?.id ?? engine),
    target: asked.target,
    alias: asked.alias,
    outcome: asked.outcome,
    fromMs: asked.from,
    toMs: asked.to,
    before: asked.before,
    limit,
  };
}

/** The trail, for whoever holds `console.audit`. */
export const auditRoutes = {
  list: readRoute({
    allow: 'console.audit',
    query: listQuery,
    handle: async ({ runtime, query }) => {
      const { records, more } = await runtime.audit.query(await toQuery(runtime, query, query.limit));
      return { rows: records, more };
    },
  }),
  /** Page by page while the client reads; recorded, because it carries the trail out of the house. */
  export: readRoute({
    allow: 'console.audit',
    query: exportQuery,
    describe: ({ query }) => ({ params: { action: 'export', ...query } }),
    handle: async ({ runtime, query }) => {
      const pages = readPages(runtime, await toQuery(runtime, query, exportPage));
      const lines = query.format === 'csv' ? csvLines(pages) : jsonLines(pages);
      const name = `pilothouse-audit-${new Date().toISOString().slice(0, 10)}.${query.format}`;
      return new Response(streamText(lines), {
        headers: {
          'Content-Type': query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8',
          'Content-Disposition': `attachment; filename="${name}"`,
          'Cache-Control': 'no-store',
        },
      });
    },
  }),
  counts: readRoute({
    allow: 'console.audit',
    query: countsQuery,
    handle: async ({ runtime, query }) => {
      const toMs = query.to ?? Date.now() + 60_000;
      return { rows: await runtime.audit.counts({ fromMs: query.from ?? toMs - dayMs, toMs }) };
    },
  }),
};

async function* readPages({ audit }: Runtime, query: AuditQuery): AsyncGenerator<AuditRecord[]> {
  let before = query.before;
  for (let more = true; more; ) {
    const page = await audit.query({ ...query, before });
    yield page.records;
    before = page.records.at(-1)?.id;
    more = page.more && before !== undefined;
  }
}

async function* csvLines(pages: AsyncGenerator<AuditRecord[]>): AsyncGenerator<string> {
  yield `${auditColumns.join(',')}\r\n`;
  for await (const page of pages) yield page.map(toCsvLine).join('');
}

async function* jsonLines(pages: AsyncGenerator<AuditRecord[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((record) => `${JSON.stringify(record)}\n`).join('');
}
