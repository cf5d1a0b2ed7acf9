import type { Command } from 'commander';
import { parseDuration } from '#lib/cli/duration.ts';
import { printTable, showTime } from '#lib/cli/print-table.ts';
import { mustFindUser, type Rooms, withRooms } from '#lib/cli/rooms.ts';
import { type Grant, type GrantScope, roleNames } from '#lib/shared/access.ts';

interface AddOptions {
  user: string;
  role: string;
  engine?: string;
  tag?: string;
  expires?: string;
  reason?: string;
}

/** `pilothouse grants ...`: who may do what, where. */
export function addGrantsCommand(program: Command): void {
  const grants = program.command('grants').description('Give roles to users, list them and take them away');
  grants
    .command('list')
    .description('List grants')
    .option('--user <e-mail>', 'of one user')
    .option('--json', 'one JSON object a line')
    .action((options: { user?: string; json?: boolean }) => withRooms((rooms) => listGrants(rooms, options)));
  grants
    .command('add')
    .description('Give a role to a user: everywhere, on a tag, or on one engine')
    .requiredOption('--user <e-mail>', 'to whom')
    .requiredOption('--role <role>', roleNames.join(', '))
    .option('--engine <name>', 'on this engine alone')
    .option('--tag <tag>', 'on the engines with this tag')
    .option('--expires <duration>', 'for so long: 90m, 12h, 30d, 2w')
    .option('--reason <text>', 'why, for those who read it later')
    .action((options: AddOptions) => withRooms((rooms) => addGrant(rooms, options)));
  grants
    .command('remove')
    .description('Take a grant away, by its id')
    .argument('<id>')
    .action((id: string) =>
      withRooms(async ({ identity, change }) => {
        const grant = (await identity.grants.list()).find((each) => each.id === id);
        if (!grant) throw new Error(`There is no grant ${id}.`);
        const { role, scope } = grant;
        const user = await identity.users.get(grant.subjectId);
        const target = { kind: grant.subjectKind, id: grant.subjectId, name: user?.email ?? '' };
        await change('console.grants', [target], { action: 'remove', role, scope }, () => identity.grants.remove(id));
      }),
    );
}

async function addGrant(rooms: Rooms, options: AddOptions): Promise<void> {
  const { identity, change } = rooms;
  const { role, reason } = options;
  const user = await mustFindUser(rooms, options.user);
  const scope = await readScope(rooms, options);
  const expiresAt = options.expires === undefined ? undefined : Date.now() + parseDuration(options.expires);
  const target = { kind: 'user', id: user.id, name: user.email };
  const grant = await change('console.grants', [target], { action: 'add', role, scope, expiresAt, reason }, () =>
    identity.grants.add({ subjectKind: 'user', subjectId: user.id, role, scope, expiresAt, reason }),
  );
  process.stdout.write(`${grant.id}\n`);
}

async function readScope({ db }: Rooms, { engine, tag }: AddOptions): Promise<GrantScope> {
  if (engine !== undefined && tag !== undefined) throw new Error('Give --engine or --tag, not both.');
  if (tag !== undefined) return { kind: 'tag', value: tag };
  if (engine === undefined) return { kind: 'all', value: '' };
  const row = await db.selectFrom('engines').select('id').where('name', '=', engine).executeTakeFirst();
  if (!row) throw new Error(`There is no engine ${engine}.`);
  return { kind: 'engine', value: row.id };
}

async function listGrants(rooms: Rooms, options: { user?: string; json?: boolean }): Promise<void> {
  const { identity, db } = rooms;
  const user = options.user === undefined ? undefined : await mustFindUser(rooms, options.user);
  const rows = await identity.grants.list(user && { kind: 'user', id: user.id });
  const emails = new Map((await identity.users.list()).map(({ id, email }) => [id, email]));
  const engines = new Map((await db.selectFrom('engines').select(['id', 'name']).execute()).map((e) => [e.id, e.name]));
  const columns = {
    id: (grant: Grant) => grant.id,
    user: (grant: Grant) => emails.get(grant.subjectId) ?? grant.subjectId,
    role: (grant: Grant) => grant.role,
    on: ({ scope }: Grant) => {
      if (scope.kind === 'all') return 'all engines';
      return scope.kind === 'tag' ? `tag ${scope.value}` : `engine ${engines.get(scope.value) ?? scope.value}`;
    },
    until: (grant: Grant) => showTime(grant.expiresAt),
    reason: (grant: Grant) => grant.reason,
  };
  process.stdout.write(printTable(rows, columns, options));
}
