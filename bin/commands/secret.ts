import type { Command } from 'commander';
import { withRooms } from '#lib/cli/rooms.ts';

/** `pilothouse secret replace`: for when the console's secret is lost. */
export function addSecretCommand(program: Command): void {
  program
    .command('secret')
    .description("The console's own secret (PILOTHOUSE_SECRET)")
    .command('replace')
    .description('With the console stopped: accept the present secret for a database that was made with one now lost')
    .addHelpText(
      'after',
      `
All tokens, sessions, authenticator apps and recovery codes are void under another secret and are removed. Passwords,
passkeys, grants and the trail stay. Engines and registries whose credentials were stored are shown as down, and identity
providers are switched off, until somebody enters their credentials anew.`,
    )
    .action(() =>
      withRooms(
        async ({ db, secretBox, change }) => {
          const { replaceSecret } = await import('#lib/db/secret-check.ts');
          const gone = await change('console.settings', [], { action: 'replace-secret' }, () =>
            replaceSecret(db, secretBox),
          );
          console.error(
            `The secret is replaced. Removed: ${gone.tokens} tokens, ${gone.sessions} sessions, ${gone.apps} authenticator apps. Switched off: ${gone.providers} identity providers.`,
          );
        },
        { anySecret: true },
      ),
    );
}
