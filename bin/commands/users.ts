import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { printTable, showTime } from '#lib/cli/print-table.ts';
import { readPassword } from '#lib/cli/read-password.ts';
import { mustFindUser, type Rooms, withRooms } from '#lib/cli/rooms.ts';
import { mustFindTeam } from '#lib/cli/subjects.ts';
import type { User } from '#lib/identity/types.ts';

const target = (user: Pick<User, 'id' | 'email'>) => [{ kind: 'user', id: user.id, name: user.email }];

/** `pilothouse users ...`: the people of the console. */
export function addUsersCommand(program: Command): void {
  const users = program
    .command('users')
    .description('List, create, invite, disable and remove users, and set or reset passwords');
  users
    .command('list')
    .description('List all users')
    .option('--json', 'one JSON object a line')
    .action((options: { json?: boolean }) =>
      withRooms(async ({ identity }) => {
        const columns = {
          email: (user: User) => user.email,
          name: (user: User) => user.name,
          state: (user: User) => (user.disabled ? 'disabled' : 'enabled'),
          'last seen': (user: User) => showTime(user.lastSeenAt),
          kind: (user: User) => user.kind,
          id: (user: User) => user.id,
        };
        process.stdout.write(printTable(await identity.users.list(), columns, options));
      }),
    );
  users
    .command('create')
    .description('Create a user; the password is asked for, or read from stdin')
    .argument('<e-mail>')
    .option('--name <name>', 'how the person is called (default: the part before the @)')
    .option('--role <role>', 'grant this role on all engines at once, for example administrator')
    .option('--no-password', 'without a password: nobody can sign in as this user')
    .action((email: string, options: { name?: string; role?: string; password: boolean }) =>
      withRooms((rooms) => createUser(rooms, email, options), { mayCreate: true }),
    );
  users
    .command('set-password')
    .description('Set a new password, asked for or read from stdin; ends all sessions of the user')
    .argument('<e-mail>')
    .action((email: string) =>
      withRooms(async (rooms) => {
        const user = await mustFindUser(rooms, email);
        const password = await readPassword();
        await rooms.change('console.users', target(user), { action: 'set-password' }, () =>
          rooms.identity.users.setPassword(user.id, password),
        );
      }),
    );
  users
    .command('reset')
    .description('Print a link, once, by which the user sets a new password within a day')
    .argument('<e-mail>')
    .option('--url <console>', 'where people reach the console (default: PILOTHOUSE_URL)')
    .action((email: string, options: { url?: string }) =>
      withRooms(async (rooms) => {
        const base = consoleUrl(options.url);
        const user = await mustFindUser(rooms, email);
        const made = await rooms.change('console.users', target(user), { action: 'reset-password' }, () =>
          rooms.identity.links.resetPassword(user.id, `bin/pilothouse (${userInfo().username})`),
        );
        process.stdout.write(`${base}/reset#${made.secret}\n`);
      }),
    );
  users
    .command('invite')
    .description('Print a link, once, by which somebody joins within seven days')
    .argument('<e-mail>')
    .option('--name <name>', 'how the person is called')
    .option('--team <name...>', 'teams that the person will be in')
    .option('--role <role>', 'grant this role on all engines')
    .option('--url <console>', 'where people reach the console (default: PILOTHOUSE_URL)')
    .action((email: string, options: InviteOptions) => withRooms((rooms) => inviteUser(rooms, email, options)));
  users
    .command('sign-out')
    .description('End all sessions of a user at once; tokens go on')
    .argument('<e-mail>')
    .action((email: string) =>
      withRooms(async (rooms) => {
        const user = await mustFindUser(rooms, email);
        await rooms.change('console.users', target(user), { action: 'end-sessions' }, () =>
          rooms.identity.sessions.revokeAll(user.id),
        );
      }),
    );
  users
    .command('remove')
    .description('Remove a user or a service account with sessions, tokens and grants; the trail stays')
    .argument('<e-mail>')
    .action((email: string) =>
      withRooms(async (rooms) => {
        const user = await mustFindUser(rooms, email);
        await rooms.change('console.users', target(user), { action: 'remove' }, () =>
          rooms.identity.users.remove(user.id),
        );
      }),
    );
  for (const [name, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    users
      .command(name)
      .description(disabled ? 'Disable a user: sessions and tokens stop working at once' : 'Enable a user again')
      .argument('<e-mail>')
      .action((email: string) =>
        withRooms(async (rooms) => {
          const user = await mustFindUser(rooms, email);
          await rooms.change('console.users', target(user), { action: 'update', disabled }, () =>
            rooms.identity.users.update(user.id, { disabled }),
          );
        }),
      );
  }
}

interface InviteOptions {
  name?: string;
  team?: string[];
  role?: string;
  url?: string;
}

async function inviteUser(rooms: Rooms, email: string, options: InviteOptions): Promise<void> {
  const base = consoleUrl(options.url);
  const { name, role } = options;
  const teams: string[] = [];
  for (const team of options.team ?? []) teams.push((await mustFindTeam(rooms, team)).id);
  const grants = role === undefined ? [] : [{ role, scope: { kind: 'all', value: '' } as const }];
  const createdBy = `bin/pilothouse (${userInfo().username})`;
  const made = await rooms.change('console.users', target({ id: '', email }), { action: 'invite', teams, grants }, () =>
    rooms.identity.links.invite({ email, name, teams, grants, createdBy }),
  );
  process.stdout.write(`${base}/invite#${made.secret}\n`);
}

/** Where the printed link leads; throws before anything is made, so that no secret is printed without an address. */
function consoleUrl(given = process.env.PILOTHOUSE_URL): string {
  if (!given || !/^https?:\/\//.test(given) || !URL.canParse(given)) {
    throw new Error('Give --url, the address where people reach the console (or set PILOTHOUSE_URL).');
  }
  return given.replace(/\/+$/, '');
}

async function createUser(
  rooms: Rooms,
  email: string,
  options: { name?: string; role?: string; password: boolean },
): Promise<void> {
  const { identity, change } = rooms;
  const name = options.name ?? email.split('@')[0] ?? email;
  const password = options.password ? await readPassword() : undefined;
  const user = await change('console.users', target({ id: '', email }), { action: 'create', name }, () =>
    identity.users.create({ email, name, password }),
  );
  const { role } = options;
  if (role !== undefined) {
    const scope = { kind: 'all', value: '' } as const;
    await change('console.grants', target(user), { action: 'add', role, scope }, () =>
      identity.grants.add({ subjectKind: 'user', subjectId: user.id, role, scope }),
    );
  }
  process.stdout.write(`${user.id}\n`);
}
