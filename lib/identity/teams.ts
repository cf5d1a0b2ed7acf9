import type { Transaction } from 'kysely';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import type { MemberSource, Team, TeamMember } from '#lib/shared/directory.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ChangeAccess } from './access-change.ts';
import type { Identity } from './types.ts';

const teamsMax = 1000;

/** The teams as `Identity.teams`. A change of members is a change of access: it is pushed like one of grants. */
export function createTeams(db: Database, changeAccess: ChangeAccess, now: () => number): Identity['teams'] {
  const get = async (id: string): Promise<Team | undefined> => (await listTeams(db, id))[0];
  const mustGet = async (id: string): Promise<Team> => {
    const team = await get(id);
    if (!team) throw noTeam();
    return team;
  };
  return {
    list: () => listTeams(db),
    get,
    async create(input) {
      const row = { id: newId(now()), ...parseTeam(input), created_at: now() };
      await changeAccess(async (trx) => {
        await refuseTakenName(trx, row.name);
        if ((await trx.selectFrom('teams').select('id').execute()).length >= teamsMax) {
          throw appError('too-many', `There are ${teamsMax} teams already.`);
        }
        await trx.insertInto('teams').values(row).execute();
      });
      return mustGet(row.id);
    },
    async update(id, change) {
      await changeAccess(async (trx) => {
        const row = await findTeam(trx, id);
        const next = parseTeam({ ...row, ...change });
        await refuseTakenName(trx, next.name, id);
        await trx.updateTable('teams').set(next).where('id', '=', id).execute();
      });
      return mustGet(id);
    },
    async remove(id) {
      await changeAccess(async (trx) => {
        await findTeam(trx, id);
        await trx.deleteFrom('grants').where('subject_kind', '=', 'team').where('subject_id', '=', id).execute();
        await trx.deleteFrom('teams').where('id', '=', id).execute();
      });
    },
    async members(id) {
      await mustGet(id);
      return listMembers(db, id);
    },
    ofUser: async (userId) => (await listMemberships(db, userId)).get(userId) ?? [],
    memberships: () => listMemberships(db),
    async addMember(id, userId) {
      await changeAccess((trx) => insertMember(trx, { teamId: id, userId, source: 'manual' }, now()));
    },
    async removeMember(id, userId) {
      await changeAccess(async (trx) => {
        const rows = await trx
          .selectFrom('team_members')
          .select('source')
          .where('team_id', '=', id)
          .where('user_id', '=', userId)
          .execute();
        if (rows.length === 0) throw appError('not-found', 'There is no such member of this team.');
        if (!rows.some(({ source }) => source === 'manual')) {
          throw appError(
            'conflict',
            'This membership comes from the identity provider; take the person out of its group.',
          );
        }
        await trx
          .deleteFrom('team_members')
          .where('team_id', '=', id)
          .where('user_id', '=', userId)
          .where('source', '=', 'manual')
          .execute();
      });
    },
  };
}

/** Puts somebody into a team, inside a change of access; throws not-found. Twice by the same source is once. */
export async function insertMember(
  trx: Transaction<Tables>,
  { teamId, userId, source }: { teamId: string; userId: string; source: MemberSource },
  nowMs: number,
): Promise<void> {
  await findTeam(trx, teamId);
  const user = await trx.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst();
  if (!user) throw appError('not-found', 'There is no such user.');
  await trx
    .insertInto('team_members')
    .values({ team_id: teamId, user_id: userId, source, created_at: nowMs })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function listTeams(db: Database, id?: string): Promise<Team[]> {
  let query = db
    .selectFrom('teams')
    .leftJoin('team_members', 'team_members.team_id', 'teams.id')
    .select((eb) => [
      'teams.id',
      'teams.name',
      'teams.description',
      'teams.created_at',
      eb.fn.count<number>('team_members.user_id').distinct().as('members'),
    ])
    .groupBy(['teams.id', 'teams.name', 'teams.description', 'teams.created_at'])
    .orderBy('teams.name');
  if (id !== undefined) query = query.where('teams.id', '=', id);
  return (await query.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    createdAt: row.created_at,
    members: Number(row.members),
  }));
}

async function listMemberships(db: Database, userId?: string): Promise<Map<string, { id: string; name: string }[]>> {
  let query = db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select(['team_members.user_id', 'teams.id', 'teams.name'])
    .distinct()
    .orderBy('teams.name');
  if (userId !== undefined) query = query.where('team_members.user_id', '=', userId);
  const memberships = new Map<string, { id: string; name: string }[]>();
  for (const { user_id: user, id, name } of await query.execute()) {
    const teams = memberships.get(user);
    if (teams) teams.push({ id, name });
    else memberships.set(user, [{ id, name }]);
  }
  return memberships;
}

async function listMembers(db: Database, id: string): Promise<TeamMember[]> {
  const rows = await db
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['users.id', 'users.email', 'users.name', 'users.kind', 'users.disabled', 'team_members.source'])
    .where('team_members.team_id', '=', id)
    .orderBy('users.email')
    .execute();
  const members = new Map<string, TeamMember>();
  for (const row of rows) {
    const source = row.source === 'sso' ? 'sso' : 'manual';
    const known = members.get(row.id);
    if (known) known.sources.push(source);
    else {
      const kind = row.kind === 'service' ? 'service' : 'person';
      const { id: userId, email, name } = row;
      members.set(userId, { userId, email, name, kind, disabled: row.disabled !== 0, sources: [source] });
    }
  }
  return [...members.values()];
}

function parseTeam(input: { name: string; description: string }): { name: string; description: string } {
  const [name, description] = [input.name.trim(), input.description.trim()];
  if (name.length < 1 || name.length > 63) throw appError('bad-request', "A team's name has 1 to 63 characters.");
  if (description.length > 300) throw appError('bad-request', 'A description has at most 300 characters.');
  return { name, description };
}

async function findTeam(trx: Transaction<Tables>, id: string) {
  const row = await trx.selectFrom('teams').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw noTeam();
  return row;
}

/** Without regard to case: "Ops" beside "ops" is somebody's mistake, or somebody's trick. */
async function refuseTakenName(trx: Transaction<Tables>, name: string, exceptId = ''): Promise<void> {
  const rows = await trx.selectFrom('teams').select('name').where('id', '!=', exceptId).execute();
  if (rows.some((row) => row.name.toLowerCase() === name.toLowerCase())) {
    throw appError('conflict', `There is a team ${name} already.`);
  }
}

function noTeam() {
  return appError('not-found', 'There is no such team.');
}
