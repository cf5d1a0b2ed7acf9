import type { Command } from 'commander';
import { printTable } from '#lib/cli/print-table.ts';
import { type Rooms, withRooms } from '#lib/cli/rooms.ts';
import type { Policy } from '#lib/shared/policy.ts';

/** `pilothouse policies ...`: what may be created and changed, above all roles. They are changed at the console. */
export function addPoliciesCommand(program: Command): void {
  const policies = program.command('policies').description('Read the create policies, which hold everybody');
  policies
    .command('list')
    .description('List policies')
    .option('--json', 'one JSON object a line')
    .action((options: { json?: boolean }) => withRooms((rooms) => listPolicies(rooms, options)));
  policies
    .command('show')
    .description('Print one policy with its rules, as JSON')
    .argument('<name>', 'its name or id')
    .action((name: string) =>
      withRooms(async (rooms) => {
        const policy = (await readPolicies(rooms)).find((each) => each.name === name || each.id === name);
        if (!policy) throw new Error(`There is no policy ${name}.`);
        process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
      }),
    );
}

async function readPolicies({ db }: Rooms): Promise<Policy[]> {
  const { openPolicies } = await import('#lib/policy/open-policies.ts');
  return openPolicies({ db }).list();
}

async function listPolicies(rooms: Rooms, { json }: { json?: boolean }): Promise<void> {
  const engines = await rooms.db.selectFrom('engines').select(['id', 'name']).execute();
  const place = ({ kind, value }: Policy['scope']) => {
    if (kind === 'all') return 'all engines';
    return kind === 'tag' ? `tag ${value}` : (engines.find(({ id }) => id === value)?.name ?? 'an engine that is gone');
  };
  const columns = {
    name: (policy: Policy) => policy.name,
    where: (policy: Policy) => place(policy.scope),
    'in force': (policy: Policy) => (policy.enabled ? 'yes' : 'no'),
    rules: (policy: Policy) => Object.keys(policy.rules).join(', '),
  };
  process.stdout.write(printTable(await readPolicies(rooms), columns, { json }));
}
