import type { Command } from 'commander';
import { printTable, showTime } from '#lib/cli/print-table.ts';
import { readPassword } from '#lib/cli/read-password.ts';
import { mustFindUser, type Rooms, withRooms } from '#lib/cli/rooms.ts';
import type { User } from '#lib/identity/types.ts';

const target = (user: Pick<User, 'id' | 'email'>) => [{ kind: 'user', id: user.id, name: user.email }];

/** `pilothouse users ...`: the people of the console. */
export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('List, create, disable and enable users, and set passwords');
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
