import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAuditCommand } from './commands/audit.ts';
import { addBackupCommand } from './commands/backup.ts';
import { addConnectCommand } from './commands/connect.ts';
import { addEnginesCommand } from './commands/engines.ts';
import { addGrantsCommand } from './commands/grants.ts';
import { addPoliciesCommand } from './commands/policies.ts';
import { addRolesCommand } from './commands/roles.ts';
import { addSecretCommand } from './commands/secret.ts';
import { addServiceAccountsCommand } from './commands/service-accounts.ts';
import { addSignInCommand } from './commands/sign-in.ts';
import { addTeamsCommand } from './commands/teams.ts';
import { addTokenCommand } from './commands/token.ts';
import { addUsersCommand } from './commands/users.ts';

// One file per command in bin/commands, each with an add...Command(program); their work is done in lib/cli.
const program = new Command('pilothouse')
  .description("The administrator's command line of Pilothouse.")
  .version(readVersion())
  .showHelpAfterError('(--help says more)')
  .configureHelp({ sortSubcommands: true })
  .addHelpText(
    'after',
    `
All commands but connect work on the console's own database, whether it runs or not: set PILOTHOUSE_DATA,
DATABASE_URL and PILOTHOUSE_SECRET as for the console. A console that runs honours what they change at once.`,
  );

addAuditCommand(program);
addBackupCommand(program);
addConnectCommand(program);
addEnginesCommand(program);
addGrantsCommand(program);
addRolesCommand(program);
addPoliciesCommand(program);
addSecretCommand(program);
addServiceAccountsCommand(program);
addSignInCommand(program);
addTeamsCommand(program);
addTokenCommand(program);
addUsersCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(`pilothouse: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function readVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
