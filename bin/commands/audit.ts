import { once } from 'node:events';
import type { Command } from 'commander';
import { auditColumns, toCsvLine } from '#lib/audit/export-csv.ts';
import type { AuditQuery, AuditRecord } from '#lib/audit/types.ts';
import { parseDuration } from '#lib/cli/duration.ts';
import { printTable, showTime } from '#lib/cli/print-table.ts';
import { mustFindUser, type Rooms, withRooms } from '#lib/cli/rooms.ts';

interface Filters {
  user?: string;
  operation?: string;
  engine?: string;
  target?: string;
  outcome?: string;
  text?: string;
  since?: string;
}

const exportPage = 1000;

/** `pilothouse audit ...`: the trail. */
export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('Read, export and verify the audit trail');
  withFilters(audit.command('list').description('Show the newest records'))
    .option('--limit <number>', 'how many', '50')
    .option('--json', 'one JSON object a line')
    .action((options: Filters & { limit: string; json?: boolean }) =>
      withRooms(async (rooms) => {
        const query = await toQuery(rooms, options, Number(options.limit) || 50);
        const { records } = await rooms.audit.query(query);
        const columns = {
          time: (record: AuditRecord) => showTime(record.at),
          who: (record: AuditRecord) => record.email ?? record.via,
          operation: (record: AuditRecord) => record.operation,
          engine: (record: AuditRecord) => record.engineName,
          what: (record: AuditRecord) => record.targets.map(({ name, id }) => name || id).join(' '),
          outcome: ({ outcome, count }: AuditRecord) => (count > 1 ? `${outcome} x${count}` : outcome),
          why: (record: AuditRecord) => record.reason ?? record.error,
          id: (record: AuditRecord) => record.id,
        };
        process.stdout.write(printTable(records, columns, options));
      }),
    );
  withFilters(audit.command('export').description('Write all records, newest first, to stdout'))
    .option('--format <format>', 'csv or jsonl', 'jsonl')
    .action((options: Filters & { format: string }) => withRooms((rooms) => exportAll(rooms, options)));
  addVerify(audit);
}

function addVerify(audit: Command): void {
  audit
    .command('verify')
    .description('Check that no record was changed, taken away, put in between or cut off')
    .option('--head <block:hash>', 'an end of the chain that was kept elsewhere, as the sinks have it with each record')
    .addHelpText(
      'after',
      `
Every commit of the trail is a block that is bound to all blocks before it under a key from the console's secret. The
end of the chain is noted in the data folder too (audit-head) and told to every sink. Exit code 1: something is wrong.`,
    )
    .action((options: { head?: string }) =>
      withRooms(async ({ db, secretBox, dataDir }) => {
        const { verifyChain } = await import('#lib/audit/verify-chain.ts');
        const { readHeadFile } = await import('#lib/audit/head-file.ts');
        const noted = readHeadFile(dataDir);
        const known = noted ? [{ from: 'the file audit-head', point: noted }] : [];
        if (options.head !== undefined) known.push({ from: '--head', point: parseHead(options.head) });
        const report = await verifyChain({ db, key: secretBox.key('trail'), known });
        for (const { kind, id, message } of report.problems) {
          process.stdout.write(`${[kind, id, message].filter(Boolean).join('  ')}\n`);
        }
        for (const note of report.notes) process.stdout.write(`note: ${note}\n`);
        const wrong = report.problems.length + report.more;
        const checked = `${report.records} records in ${report.blocks} blocks`;
        const end = report.head ? `, head ${report.head.seq}:${report.head.hash}` : '';
        process.stdout.write(
          `${wrong === 0 ? `The trail is whole: ${checked}` : `${wrong} problems in ${checked}`}${end}\n`,
        );
        if (wrong > 0) process.exitCode = 1;
      }),
    );
}

function parseHead(text: string): { seq: number; hash: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (!match?.[2]) throw new Error('--head is a block and its hash, such as 1200:9f86d0...');
  return { seq: Number(match[1]), hash: match[2] };
}

function withFilters(command: Command): Command {
  return command
    .option('--user <e-mail>', 'by this user')
    .option('--operation <name>', 'for example container.remove')
    .option('--engine <name>', 'on this engine')
    .option('--target <name or id>', 'to this object')
    .option('--outcome <outcome>', 'pending, done, failed, denied or unknown')
    .option('--text <text>', 'containing this')
    .option('--since <duration>', 'not older than: 90m, 12h, 30d, 2w');
}

async function exportAll(rooms: Rooms, options: Filters & { format: string }): Promise<void> {
  const { format } = options;
  if (format !== 'csv' && format !== 'jsonl') throw new Error('--format is csv or jsonl.');
  if (format === 'csv') process.stdout.write(`${auditColumns.join(',')}\r\n`);
  const query = await toQuery(rooms, options, exportPage);
  for (let more = true; more; ) {
    const page = await rooms.audit.query(query);
    const lines = page.records.map((record) => (format === 'csv' ? toCsvLine(record) : `${JSON.stringify(record)}\n`));
    if (!process.stdout.write(lines.join(''))) await once(process.stdout, 'drain');
    query.before = page.records.at(-1)?.id;
    more = page.more;
  }
}

async function toQuery(rooms: Rooms, filters: Filters, limit: number): Promise<AuditQuery> {
  const { operation, outcome, target, text } = filters;
  return {
    limit,
    operation,
    outcome,
    target,
    text,
    userId: filters.user === undefined ? undefined : (await mustFindUser(rooms, filters.user)).id,
    engineId: filters.engine === undefined ? undefined : await engineId(rooms, filters.engine),
    fromMs: filters.since === undefined ? undefined : Date.now() - parseDuration(filters.since),
  };
}

async function engineId({ db }: Rooms, name: string): Promise<string> {
  const row = await db.selectFrom('engines').select('id').where('name', '=', name).executeTakeFirst();
  return row?.id ?? name;
}
