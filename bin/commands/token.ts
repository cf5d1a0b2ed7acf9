import type { Command } from 'commander';
import { parseDuration } from '#lib/cli/duration.ts';
import { printTable, showTime } from '#lib/cli/print-table.ts';
import { mustFindUser, type Rooms, withRooms } from '#lib/cli/rooms.ts';
import { type PlaceFlags, readPlace } from '#lib/cli/subjects.ts';
import type { Token } from '#lib/identity/types.ts';

interface CreateOptions extends Pick<PlaceFlags, 'engine' | 'tag' | 'project' | 'label' | 'image'> {
  user: string;
  name: string;
  expires?: string;
  role?: string;
  object?: string;
}

/** `pilothouse token ...`: API tokens. */
export function addTokenCommand(program: Command): void {
  const token = program.command('token').description('Create, list and revoke API tokens');
  token
    .command('create')
    .description('Create a token and print it, and nothing else, on stdout')
    .requiredOption('--user <e-mail>', 'whose rights it has; a service account by its name')
    .requiredOption('--name <name>', 'what it is for')
    .option('--expires <duration>', 'works for so long: 90m, 12h, 30d, 2w (default: until it is revoked)')
    .option('--role <role>', 'limit it to this role of what its owner may; the next flags limit it further')
    .option('--engine <name>', 'on this engine alone')
    .option('--tag <tag>', 'on the engines with this tag')
    .option('--project <name>', 'only what belongs to this compose project')
    .option('--label <label...>', 'only what has these labels: key or key=value')
    .option('--object <pattern>', "only what is called so: 'web-*'")
    .option('--image <pattern...>', "only images of these repositories: 'shop/*'")
    .addHelpText('after', '\nMore than one grant of its own: grants add --token <id>.')
    .action((options: CreateOptions) => withRooms((rooms) => createToken(rooms, options)));
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
          limited: (each: Token) => (each.limited ? 'by its own grants' : ''),
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

async function createToken(rooms: Rooms, options: CreateOptions): Promise<void> {
  const { name, role, object } = options;
  const user = await mustFindUser(rooms, options.user);
  const expiresAt = options.expires === undefined ? undefined : Date.now() + parseDuration(options.expires);
  // The token's end is its grants' as well, so that end is given once.
  const place = await readPlace(rooms, { ...options, name: object, expires: undefined });
  const isPlaced = place.scope.kind !== 'all' || place.resource !== undefined;
  if (role === undefined && isPlaced) throw new Error('To limit a token, give the --role that it is limited to.');
  const grants = role === undefined ? undefined : [{ role, ...place }];
  const target = { kind: 'user', id: user.id, name: user.email };
  const made = await rooms.change('console.users', [target], { action: 'create-token', name, expiresAt, grants }, () =>
    rooms.identity.tokens.create({ userId: user.id, name, expiresAt, grants }),
  );
  process.stdout.write(`${made.secret}\n`);
}
