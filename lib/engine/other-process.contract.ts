import { describe, expect, it } from 'vitest';
import type { Database } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { createLog } from '#lib/log.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { createEngines } from './engines.ts';
import { addPlain } from './testing/room.ts';

/** What a running console sees of engines that `bin/pilothouse` or a second console changes; on either database. */
export function describeOtherProcess(name: string, prepare: () => Promise<() => Promise<Database>>): void {
  describe(name, () => {
    it('adds, changes and drops engines as another process does', async () => {
      const open = await prepare();
      const dbs = [await open(), await open()] as const;
      const room = (db: Database) =>
        createEngines({ db, secretBox: secretBox('a secret for tests'), log: createLog(() => undefined) });
      const [console_, command] = [await room(dbs[0]), await room(dbs[1])];
      try {
        const told: [string, string | undefined][] = [];
        console_.onStatus((id, status) => told.push([id, status?.name]));

        const { id } = await addPlain(command, 'alpha', 'unix:///nowhere.sock');
        await waitFor('the new engine', () => console_.find('alpha')?.id === id);
        expect(told.at(-1)).toEqual([id, 'alpha']);

        await command.update(id, { name: 'beta', tags: ['prod'] });
        await waitFor('the new name', () => console_.find('beta')?.tags.includes('prod'));
        expect(console_.find('alpha')).toMatchObject({ id, name: 'beta', aliases: ['alpha'] });

        await command.update(id, { url: 'unix:///elsewhere.sock' });
        await waitFor('the new address', () => console_.find(id)?.url === 'unix:///elsewhere.sock');

        // The other way round, too: no name is given away twice.
        await console_.update(id, { name: 'gamma' });
        await waitFor('the name at the command', () => command.find('gamma')?.id === id);

        await command.remove(id);
        await waitFor('the end of the engine', () => told.at(-1)?.[1] === undefined);
        expect(console_.find(id)).toBeUndefined();
      } finally {
        await console_.stop();
        await command.stop();
        for (const db of dbs) await db.destroy();
      }
    });
  });
}
