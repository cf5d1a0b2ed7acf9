import { resolve } from 'node:path';
import type { Command } from 'commander';
import { withRooms } from '#lib/cli/rooms.ts';

/** `pilothouse backup <folder>`: the embedded database and the secret, while the console runs. */
export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .description('Copy the embedded database and the secret into a new folder, while the console runs or not')
    .argument('<folder>', 'made with mode 0700; what it holds opens every engine')
    .addHelpText('after', '\nTo restore: stop the console, put both files into an empty data folder, start it.')
    .action((folder: string) =>
      withRooms(async ({ db, dataDir, change }) => {
        const { backUp } = await import('#lib/cli/backup.ts');
        const target = resolve(folder);
        const written = await change('console.settings', [], { action: 'backup' }, () => backUp(db, dataDir, target));
        process.stdout.write(`${written.join('\n')}\n`);
        if (process.env.PILOTHOUSE_SECRET)
          console.error('The secret is in PILOTHOUSE_SECRET, not in this backup; keep it somewhere too.');
      }),
    );
}
