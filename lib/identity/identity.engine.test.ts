import { tmpdir } from 'node:os';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { describePolicies } from '#lib/policy/policies.contract.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { type LabPostgres, startPostgres } from '#tests/lab/postgres.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { describeAccess } from './access.contract.ts';
import { describeIdentity, describeSetup } from './identity.contract.ts';
import { describeLinks } from './links.contract.ts';
import { openIdentity } from './open-identity.ts';
import { describeSecondFactors } from './second-factor.contract.ts';
import { describeSettings } from './settings.contract.ts';
import { describeSso } from './sso.contract.ts';

let postgres: LabPostgres | undefined;
afterAll(() => postgres?.stop());

async function prepare() {
  postgres ??= await startPostgres();
  const databaseUrl = await postgres.database();
  return () => openDatabase({ databaseUrl, dataDir: tmpdir() });
}

describeIdentity('identity on Postgres', prepare);
describeSetup('setup on Postgres', prepare);
describeAccess('access on Postgres', prepare);
describeLinks('links on Postgres', prepare);
describeSettings('settings on Postgres', prepare);
describeSecondFactors('second factors on Postgres', prepare);
describeSso('providers on Postgres', prepare);
// Here because a Postgres takes longer to start than these take.
describePolicies('policies on Postgres', prepare);

it('believes nothing it remembers while Postgres can not tell it of changes, and hears of them afterwards', async () => {
  const open = await prepare();
  const db = await open();
  const secrets = secretBox('a secret for the tests');
  const identity = await openIdentity({ db, secrets, withoutSetup: true });
  const user = await identity.users.create({ email: 'ann@example.org', name: 'Ann' });
  const { secret } = await identity.tokens.create({ userId: user.id, name: 'ci' });
  const byToken = () => identity.byToken({ headers: { authorization: `Bearer ${secret}` }, address: '' });
  const principal = await byToken();
  if (!principal) throw new Error('The token that was just made is not known.');
  const seen: (UserPrincipal | undefined)[] = [];
  identity.watch(principal, (current) => seen.push(current));

  const cut = () =>
    sql<{
      cut: boolean;
    }>`select pg_terminate_backend(pid) as cut from pg_stat_activity where query like 'listen%'`.execute(db);
  expect((await cut()).rows).toHaveLength(1);
  // Written past the identity room, as by a process whose notice is lost with the connection.
  await db
    .insertInto('grants')
    .values({
      id: 'g1',
      subject_kind: 'user',
      subject_id: user.id,
      role: 'viewer',
      scope_kind: 'all',
      scope_value: '',
      expires_at: null,
      reason: null,
      created_at: 1,
    })
    .execute();
  await waitFor('a lookup to see the grant', async () => (await byToken())?.grants.length === 1);
  await waitFor('the watcher to hear of it after the reconnect', () => seen.at(-1)?.grants.length === 1);
  await identity.stop();
  await db.destroy();
});
