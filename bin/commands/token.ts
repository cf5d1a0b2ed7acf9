import type { Command } from 'commander';
import { parseDuration } from '#lib/cli/duration.ts';
import { printTable, showTime } from '#lib/cli/print-table.ts';
import { mustFindUser, withRooms } from '#lib/cli/rooms.ts';
import type { Token } from '#lib/identity/types.ts';

/** `pilothouse token ...`: API tokens. */
export function addTokenCommand(program: Command): void {
  const token = program.command('token').description('Create, list and revoke API tokens');
  token
    .command('create')
    .description('Create a token and print it, and nothing else, on stdout')
    .requiredOption('--user <e-mail>', 'whose rights it has')
    .requiredOption('--name <name>', 'what it is for')
    .option('--expires <duration>', 'works for so long: 90m, 12h, 30d, 2w (default: until it is revoked)')
    .action((options: { user: string; name: string; expires?: string }) =>
      withRooms(async (rooms) => {
        const user = await mustFindUser(rooms, options.user);
        const expiresAt = options.expires === undefined ? undefined : Date.now() + parseDuration(options.expires);
        const { name } = options;
        const made = await rooms.change(
          'console.users',
          [{ kind: 'user', id: user.id, name: user.email }],
          { action: 'create-token', name, expiresAt },
          () => rooms.identity.tokens.create({ userId: user.id, name, expiresAt }),
        );
        process.stdout.write(`${made.secret}\n`);
      }),
    );
  token
    .command('list')
    .description('List tokens; the tokens themselves are not known any more')
    .option('--user <e-mail>', 'of one user')
    .option('--json', 'one JSON object a line')
    .action((options: { user?: string; json?: boolean }) =>
      withRooms(async (rooms) => {
        const user = options.user === undefined ? undefined : await mustFindUser(rooms, options.user);
        const emails = new Map((await rooms.identity.users.list()).map(({ id, email }) => [id, email]));
        const columns = {
          id: (each: Token) => each.id,
          user: (each: Token) => emails.get(each.userId),
          name: (each: Token) => each.name,
          begins: (each: Token) => each.hint,
          created: (each: Token) => showTime(each.createdAt),
          'last used': (each: Token) => showTime(each.lastUsedAt),
          until: (each: Token) => showTime(each.expiresAt),
        };
        process.stdout.write(printTable(await rooms.identity.tokens.list(user?.id), columns, options));
      }),
    );
  token
    .command('revoke')
    .description('Revoke a token, by its id; it stops working at once')
    .argument('<id>')
    .action((id: string) =>
      withRooms(async ({ identity, change }) => {
        const found = (await identity.tokens.list()).find((each) => each.id === id);
        if (!found) throw new Error(`There is no token ${id}.`);
        const target = { kind: 'token', id, name: found.name };
        await change('console.users', [target], { action: 'revoke-token', userId: found.userId }, () =>
          identity.tokens.revoke(id),
        );
      }),
    );
}
