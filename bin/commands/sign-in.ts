import type { Command } from 'commander';
import { printTable } from '#lib/cli/print-table.ts';
import { mustFindUser, withRooms } from '#lib/cli/rooms.ts';
import { settingsSchema } from '#lib/shared/settings.ts';
import type { ProviderShown } from '#lib/shared/sign-in.ts';

const rule = settingsSchema.shape.secondFactor;

/** `pilothouse sign-in ...`: the way back in for whoever has the server, when nobody gets in by the pages any more. */
export function addSignInCommand(program: Command): void {
  const signIn = program
    .command('sign-in')
    .description('Who may use a password, who needs a second factor, and the identity providers');
  signIn
    .command('providers')
    .description('List the identity providers')
    .option('--json', 'one JSON object a line')
    .action((options: { json?: boolean }) =>
      withRooms(async ({ identity }) => {
        const columns = {
          id: ({ id }: ProviderShown) => id,
          kind: ({ kind }: ProviderShown) => kind,
          name: ({ name }: ProviderShown) => name,
          state: ({ enabled }: ProviderShown) => (enabled ? 'on' : 'off'),
          address: ({ url }: ProviderShown) => url,
        };
        process.stdout.write(printTable(await identity.sso.list(), columns, options));
      }),
    );
  signIn
    .command('allow-passwords')
    .description('Let everybody who has a password sign in by it again, for example when the identity provider is down')
    .action(() =>
      withRooms(async ({ identity, change }) => {
        const passwords = 'everyone' as const;
        await change('console.settings', [], { action: 'sign-in-policy', passwords }, () =>
          identity.signInPolicy.update({ passwords }),
        );
      }),
    );
  signIn
    .command('second-factor')
    .description('Set who must have a second factor')
    .addArgument(signIn.createArgument('<who>').choices(rule.options))
    .action((who: string) =>
      withRooms(async ({ identity, change }) => {
        const secondFactor = rule.parse(who);
        await change('console.settings', [], { secondFactor }, () => identity.settings.update({ secondFactor }));
      }),
    );
  signIn
    .command('reset-second-factor')
    .description('Take away the apps, passkeys and recovery codes of a user; ends all sessions of the user')
    .argument('<e-mail>')
    .action((email: string) =>
      withRooms(async (rooms) => {
        const user = await mustFindUser(rooms, email);
        const target = [{ kind: 'user', id: user.id, name: user.email }];
        await rooms.change('console.users', target, { action: 'reset-second-factor' }, () =>
          rooms.identity.secondFactors.reset(user.id),
        );
      }),
    );
}
