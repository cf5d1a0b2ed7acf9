import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#lib/db/open-database.ts';
import type { PolicyInput } from '#lib/shared/policy.ts';
import { openPolicies, type Policies } from './open-policies.ts';

const input: PolicyInput = {
  name: 'strict',
  description: 'What runs for customers',
  scope: { kind: 'tag', value: 'prod' },
  enabled: true,
  rules: { refuse: ['privileged'], hostPaths: [], memory: { maxBytes: 2 ** 40 }, ports: { ranges: ['80'] } },
};

/** What the policies do on both databases. `prepare` makes an empty database and gives what opens it. */
export function describePolicies(name: string, prepare: () => Promise<() => Promise<Database>>): void {
  describe(name, () => {
    let dbs: Database[];
    let policies: Policies;
    let elsewhere: Policies;

    beforeAll(async () => {
      const open = await prepare();
      dbs = [await open(), await open()];
      [policies, elsewhere] = dbs.map((db) => openPolicies({ db, now: () => 1_800_000_000_000 })) as [
        Policies,
        Policies,
      ];
    });
    afterAll(() => Promise.all((dbs ?? []).map((db) => db.destroy())));

    it('are in force at every console as soon as they are made, changed and removed', async () => {
      const made = await policies.create(input);
      expect(made).toEqual({ ...input, id: made.id, createdAt: 1_800_000_000_000, updatedAt: 1_800_000_000_000 });
      expect(await elsewhere.list()).toEqual([made]);
      const { id } = made;
      await policies.update(id, { enabled: false, rules: {} });
      expect(await elsewhere.get(id)).toMatchObject({ ...input, enabled: false, rules: {} });
      await policies.remove(id);
      expect(await elsewhere.list()).toEqual([]);
      await expect(policies.get(id)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('have names of their own, and a place', async () => {
      const { id } = await policies.create(input);
      const other = await policies.create({ ...input, name: 'other' });
      await expect(policies.create(input)).rejects.toMatchObject({ code: 'conflict' });
      await expect(policies.update(other.id, { name: 'strict' })).rejects.toMatchObject({ code: 'conflict' });
      await expect(policies.update(id, { scope: { kind: 'engine', value: '' } })).rejects.toMatchObject({
        code: 'bad-request',
      });
      expect((await policies.update(id, { scope: { kind: 'all', value: 'left over' } })).scope.value).toBe('');
      for (const policy of await policies.list()) await policies.remove(policy.id);
    });

    it('of one name that two consoles make at once are one', async () => {
      const made = await Promise.allSettled([policies.create(input), elsewhere.create(input)]);
      const refused = made.filter((each) => each.status === 'rejected');
      expect(refused).toEqual([{ status: 'rejected', reason: expect.objectContaining({ code: 'conflict' }) }]);
      for (const { id } of await policies.list()) await policies.remove(id);
    });

    it('that this version can not read let nothing be judged as allowed', async () => {
      const { id } = await policies.create(input);
      await dbs[0]?.updateTable('policies').set({ rules: '{"later":true}' }).where('id', '=', id).execute();
      await expect(policies.list()).rejects.toThrow();
      await policies.remove(id).catch(() => dbs[0]?.deleteFrom('policies').execute());
      expect(await policies.list()).toEqual([]);
    });
  });
}
