import type { Command } from 'commander';
import { printTable } from '#lib/cli/print-table.ts';
import { withRooms } from '#lib/cli/rooms.ts';
import type { RoleShown } from '#lib/shared/directory.ts';

interface Flags {
  operations?: string[];
  description?: string;
  hostAccess?: boolean;
  seeSecrets?: boolean;
}

/** `pilothouse roles ...`: what may be granted. */
export function addRolesCommand(program: Command): void {
  const roles = program.command('roles').description('List roles, and make others than the built-in ones');
  roles
    .command('list')
    .description('List the roles')
    .option('--json', 'one JSON object a line, with all operations')
    .action((options: { json?: boolean }) =>
      withRooms(async ({ identity }) => {
        const columns = {
          name: (role: RoleShown) => role.name,
          kind: (role: RoleShown) => (role.builtIn ? 'built in' : 'custom'),
          operations: (role: RoleShown) => (role.builtIn ? role.operations.length : role.patterns.join(' ')),
          flags: (role: RoleShown) =>
            [role.hostAccess ? 'host access' : '', role.seeSecrets ? 'sees secrets' : ''].filter(Boolean).join(', '),
          grants: (role: RoleShown) => role.grants,
        };
        process.stdout.write(printTable(await identity.roles.list(), columns, options));
      }),
    );
  roles
    .command('show')
    .description('Print the operations of a role, one a line')
    .argument('<name>')
    .action((name: string) =>
      withRooms(async ({ identity }) => {
        const role = (await identity.roles.list()).find((each) => each.name === name);
        if (!role) throw new Error(`There is no role ${name}.`);
        process.stdout.write(role.operations.map((operation) => `${operation}\n`).join(''));
      }),
    );
  withFlags(
    roles.command('create').description('Make a role of operations, such as container.restart, image.* or *.list'),
  ).action((name: string, flags: Flags) =>
    withRooms(async ({ identity, change }) => {
      const { operations: patterns = [], description = '', hostAccess = false, seeSecrets = false } = flags;
      const role = { description, patterns, hostAccess, seeSecrets };
      await change('console.grants', [targetOf(name)], { action: 'create', ...role }, () =>
        identity.roles.create({ name, ...role }),
      );
    }),
  );
  withFlags(roles.command('update').description('Change a role; what is not given stays'))
    .option('--no-host-access', 'without host access')
    .option('--no-see-secrets', 'without secrets')
    .action((name: string, { operations: patterns, description, hostAccess, seeSecrets }: Flags) =>
      withRooms(async ({ identity, change }) => {
        const given = Object.entries({ patterns, description, hostAccess, seeSecrets }).filter(
          ([, value]) => value !== undefined,
        );
        const part = Object.fromEntries(given);
        await change('console.grants', [targetOf(name)], { action: 'update', ...part }, () =>
          identity.roles.update(name, part),
        );
      }),
    );
  roles
    .command('remove')
    .description('Remove a role that nobody has')
    .argument('<name>')
    .action((name: string) =>
      withRooms(({ identity, change }) =>
        change('console.grants', [targetOf(name)], { action: 'remove' }, () => identity.roles.remove(name)),
      ),
    );
}

function withFlags(command: Command): Command {
  return command
    .argument('<name>', 'lower-case letters, digits and hyphens')
    .option('--operations <operations...>', 'container.restart, image.*, *.list ...')
    .option('--description <text>', 'one sentence for people')
    .option('--host-access', "may reach the engine's host")
    .option('--see-secrets', 'sees secret values');
}

function targetOf(name: string) {
  return { kind: 'role', id: name, name };
}
