import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addConnectCommand } from './commands/connect.ts';

// One file per command in bin/commands, each with an add...Command(program); their work is done in lib/cli.
const program = new Command('pilothouse')
  .description("The administrator's command line of Pilothouse.")
  .version(readVersion())
  .showHelpAfterError('(--help says more)')
  .configureHelp({ sortSubcommands: true });

addConnectCommand(program);

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
