import type { GrantScope, ResourceScope } from '#lib/shared/access.ts';
import type { Team } from '#lib/shared/directory.ts';
import { resourceInput } from '#lib/shared/grant-input.ts';
import { parseDuration } from './duration.ts';
import { mustFindUser, type Rooms } from './rooms.ts';

/** Where and on what a grant is, as the flags say it. */
export interface PlaceFlags {
  engine?: string;
  tag?: string;
  project?: string;
  label?: string[];
  name?: string;
  image?: string[];
  expires?: string;
  reason?: string;
}

/** The team of this name; throws a sentence when there is none. */
export async function mustFindTeam({ identity }: Rooms, name: string): Promise<Team> {
  const team = (await identity.teams.list()).find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (!team) throw new Error(`There is no team ${name}.`);
  return team;
}

/** Who a grant is for: exactly one of a user (or service account), a team and a token. */
export async function findSubject(rooms: Rooms, flags: { user?: string; team?: string; token?: string }) {
  const given = [flags.user, flags.team, flags.token].filter((each) => each !== undefined);
  if (given.length !== 1) throw new Error('Give one of --user, --team and --token.');
  if (flags.team !== undefined) {
    const { id, name } = await mustFindTeam(rooms, flags.team);
    return { kind: 'team', id, name } as const;
  }
  if (flags.token !== undefined) {
    const token = (await rooms.identity.tokens.list()).find(({ id }) => id === flags.token);
    if (!token) throw new Error(`There is no token ${flags.token}.`);
    return { kind: 'token', id: token.id, name: token.name } as const;
  }
  const { id, email } = await mustFindUser(rooms, flags.user ?? '');
  return { kind: 'user', id, name: email } as const;
}

/** The place, scope, end and reason that the flags give. Throws a sentence. */
export async function readPlace({ db }: Rooms, flags: PlaceFlags) {
  const { engine, tag, expires, reason } = flags;
  if (engine !== undefined && tag !== undefined) throw new Error('Give --engine or --tag, not both.');
  let scope: GrantScope = { kind: 'all', value: '' };
  if (tag !== undefined) scope = { kind: 'tag', value: tag };
  if (engine !== undefined) {
    const row = await db.selectFrom('engines').select('id').where('name', '=', engine).executeTakeFirst();
    if (!row) throw new Error(`There is no engine ${engine}.`);
    scope = { kind: 'engine', value: row.id };
  }
  const expiresAt = expires === undefined ? undefined : Date.now() + parseDuration(expires);
  return { scope, resource: readResource(flags), expiresAt, reason };
}

function readResource({ project, label, name, image }: PlaceFlags): ResourceScope | undefined {
  if (project === undefined && label === undefined && name === undefined && image === undefined) return undefined;
  const parsed = resourceInput.safeParse({ project, labels: label, name, images: image });
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? 'This is no scope.');
  return parsed.data;
}
