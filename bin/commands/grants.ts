import type { Command } from 'commander';
import { describeResource } from '#lib/authz/resource-scope.ts';
import { parseDuration } from '#lib/cli/duration.ts';
import { printTable, showTime } from '#lib/cli/print-table.ts';
import { type Rooms, withRooms } from '#lib/cli/rooms.ts';
import { findSubject, type PlaceFlags, readPlace } from '#lib/cli/subjects.ts';
import type { Grant } from '#lib/shared/access.ts';

interface SubjectFlags {
  user?: string;
  team?: string;
  token?: string;
}

/** `pilothouse grants ...`: who may do what, where. */
export function addGrantsCommand(program: Command): void {
  const grants = program.command('grants').description('Give roles to users, teams and tokens, and take them away');
  withSubject(grants.command('list').description('List grants, all or those of one subject'))
    .option('--json', 'one JSON object a line')
    .action((options: SubjectFlags & { json?: boolean }) => withRooms((rooms) => listGrants(rooms, options)));
  withPlace(
    withSubject(
      grants
        .command('add')
        .description('Give a role: everywhere, on a tag, or on one engine; on everything there, or on some objects'),
    ).requiredOption(
      '--role <role>',
      'viewer, operator, developer, maintainer, administrator, auditor or one of yours',
    ),
  )
    .addHelpText(
      'after',
      `
All parts of a scope must hold. Images go by --image alone: a scope without it reaches no image.
  pilothouse grants add --team shop --role developer --engine prod --project shop --image 'shop/*'`,
    )
    .action((options: SubjectFlags & PlaceFlags & { role: string }) => withRooms((rooms) => addGrant(rooms, options)));
  grants
    .command('update')
    .description('Change how long a grant lasts, or its reason')
    .argument('<id>')
    .option('--expires <duration>', 'from now on for so long: 90m, 12h, 30d, 2w; never: without an end')
    .option('--reason <text>', 'why, for those who read it later')
    .action((id: string, options: { expires?: string; reason?: string }) =>
      withRooms((rooms) => updateGrant(rooms, id, options)),
    );
  grants
    .command('remove')
    .description('Take a grant away, by its id')
    .argument('<id>')
    .action((id: string) =>
      withRooms(async (rooms) => {
        const grant = await mustFind(rooms, id);
        const { role, scope, resource } = grant;
        await rooms.change(
          'console.grants',
          [await targetOf(rooms, grant)],
          { action: 'remove', role, scope, resource },
          () => rooms.identity.grants.remove(id),
        );
      }),
    );
}

function withSubject(command: Command): Command {
  return command
    .option('--user <e-mail>', 'a user, or a service account by its name')
    .option('--team <name>', 'a team')
    .option('--token <id>', 'a token: from then on it may only what its own grants and its owner allow');
}

/** The flags of where and on what a grant is; also for tokens with grants of their own. */
export function withPlace(command: Command): Command {
  return command
    .option('--engine <name>', 'on this engine alone')
    .option('--tag <tag>', 'on the engines with this tag')
    .option('--project <name>', 'only what belongs to this compose project')
    .option('--label <label...>', 'only what has these labels: key or key=value')
    .option('--name <pattern>', "only what is called so, * for any characters: 'web-*'")
    .option('--image <pattern...>', "only images of these repositories: 'shop/*', registry.example/team/*")
    .option('--expires <duration>', 'for so long: 90m, 12h, 30d, 2w')
    .option('--reason <text>', 'why, for those who read it later');
}

async function mustFind({ identity }: Rooms, id: string): Promise<Grant> {
  const grant = await identity.grants.get(id);
  if (!grant) throw new Error(`There is no grant ${id}.`);
  return grant;
}

async function targetOf({ identity }: Rooms, grant: Grant) {
  return { kind: grant.subjectKind, id: grant.subjectId, name: (await identity.grants.subjectNames())(grant) };
}

async function addGrant(rooms: Rooms, options: SubjectFlags & PlaceFlags & { role: string }): Promise<void> {
  const subject = await findSubject(rooms, options);
  const given = { role: options.role, ...(await readPlace(rooms, options)) };
  const grant = await rooms.change('console.grants', [subject], { action: 'add', ...given }, () =>
    rooms.identity.grants.add({ subjectKind: subject.kind, subjectId: subject.id, ...given }),
  );
  process.stdout.write(`${grant.id}\n`);
}

async function updateGrant(rooms: Rooms, id: string, options: { expires?: string; reason?: string }): Promise<void> {
  const { expires, reason } = options;
  if (expires === undefined && reason === undefined) throw new Error('Give --expires, --reason or both.');
  const expiresAt = expires === 'never' ? null : expires && Date.now() + parseDuration(expires);
  const change = { ...(typeof expiresAt === 'string' ? {} : { expiresAt }), reason };
  const grant = await mustFind(rooms, id);
  await rooms.change('console.grants', [await targetOf(rooms, grant)], { action: 'update', ...change }, () =>
    rooms.identity.grants.update(id, change),
  );
}

async function listGrants(rooms: Rooms, options: SubjectFlags & { json?: boolean }): Promise<void> {
  const { identity, db } = rooms;
  const all = options.user === undefined && options.team === undefined && options.token === undefined;
  const subject = all ? undefined : await findSubject(rooms, options);
  const rows = await identity.grants.list(subject);
  const nameOf = await identity.grants.subjectNames();
  const engines = new Map((await db.selectFrom('engines').select(['id', 'name']).execute()).map((e) => [e.id, e.name]));
  const columns = {
    id: (grant: Grant) => grant.id,
    to: (grant: Grant) => `${grant.subjectKind} ${nameOf(grant) || grant.subjectId}`,
    role: (grant: Grant) => grant.role,
    on: ({ scope }: Grant) => {
      if (scope.kind === 'all') return 'all engines';
      return scope.kind === 'tag' ? `tag ${scope.value}` : `engine ${engines.get(scope.value) ?? scope.value}`;
    },
    only: ({ resource }: Grant) => resource && describeResource(resource),
    until: (grant: Grant) => showTime(grant.expiresAt),
    reason: (grant: Grant) => grant.reason,
  };
  process.stdout.write(printTable(rows, columns, options));
}
