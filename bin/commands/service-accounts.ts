import type { Command } from 'commander';
import { printTable, showTime } from '#lib/cli/print-table.ts';
import { withRooms } from '#lib/cli/rooms.ts';
import type { User } from '#lib/identity/types.ts';

/** `pilothouse service-accounts ...`: accounts of machines. */
export function addServiceAccountsCommand(program: Command): void {
  const accounts = program
    .command('service-accounts')
    .description('Make accounts for machines: no sign-in, only tokens')
    .addHelpText(
      'after',
      `
Then grants add --user <name>, token create --user <name>; disable, enable and remove with users.`,
    );
  accounts
    .command('list')
    .description('List the service accounts')
    .option('--json', 'one JSON object a line')
    .action((options: { json?: boolean }) =>
      withRooms(async ({ identity }) => {
        const columns = {
          name: (account: User) => account.email,
          for: (account: User) => account.name,
          state: (account: User) => (account.disabled ? 'disabled' : 'enabled'),
          'last seen': (account: User) => showTime(account.lastSeenAt),
          id: (account: User) => account.id,
        };
        process.stdout.write(printTable(await identity.serviceAccounts.list(), columns, options));
      }),
    );
  accounts
    .command('create')
    .description('Make a service account')
    .argument('<name>', 'lower-case letters, digits, dots, - and _')
    .option('--description <text>', 'what it is for')
    .action((name: string, { description }: { description?: string }) =>
      withRooms(async ({ identity, change }) => {
        const target = { kind: 'user', id: '', name };
        const made = await change('console.users', [target], { action: 'create-service-account', description }, () =>
          identity.serviceAccounts.create({ name, description }),
        );
        process.stdout.write(`${made.id}\n`);
      }),
    );
}
