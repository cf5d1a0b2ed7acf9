import type { Command } from 'commander';
import { printTable } from '#lib/cli/print-table.ts';
import { mustFindUser, type Rooms, withRooms } from '#lib/cli/rooms.ts';
import { mustFindTeam } from '#lib/cli/subjects.ts';
import type { Team, TeamMember } from '#lib/shared/directory.ts';

/** `pilothouse teams ...`: who belongs together. */
export function addTeamsCommand(program: Command): void {
  const teams = program.command('teams').description('Make teams, list them and say who is in them');
  teams
    .command('list')
    .description('List the teams')
    .option('--json', 'one JSON object a line')
    .action((options: { json?: boolean }) =>
      withRooms(async ({ identity }) => {
        const columns = {
          name: (team: Team) => team.name,
          members: (team: Team) => team.members,
          description: (team: Team) => team.description,
          id: (team: Team) => team.id,
        };
        process.stdout.write(printTable(await identity.teams.list(), columns, options));
      }),
    );
  teams
    .command('create')
    .description('Make a team')
    .argument('<name>')
    .option('--description <text>', 'what it is for', '')
    .action((name: string, { description }: { description: string }) =>
      withRooms(async ({ identity, change }) => {
        const target = { kind: 'team', id: '', name };
        const team = await change('console.users', [target], { action: 'create', description }, () =>
          identity.teams.create({ name, description }),
        );
        process.stdout.write(`${team.id}\n`);
      }),
    );
  teams
    .command('remove')
    .description('Remove a team with its grants; its members stay')
    .argument('<name>')
    .action((name: string) =>
      withRooms(async (rooms) => {
        const team = await mustFindTeam(rooms, name);
        await rooms.change('console.users', [targetOf(team)], { action: 'remove' }, () =>
          rooms.identity.teams.remove(team.id),
        );
      }),
    );
  teams
    .command('members')
    .description('List who is in a team, and why: by hand, or by a group of the identity provider (sso)')
    .argument('<team>')
    .option('--json', 'one JSON object a line')
    .action((name: string, options: { json?: boolean }) =>
      withRooms(async (rooms) => {
        const team = await mustFindTeam(rooms, name);
        const columns = {
          user: (member: TeamMember) => member.email,
          name: (member: TeamMember) => member.name,
          by: (member: TeamMember) => member.sources.join(', '),
        };
        process.stdout.write(printTable(await rooms.identity.teams.members(team.id), columns, options));
      }),
    );
  addMemberCommands(teams);
}

function addMemberCommands(teams: Command): void {
  for (const [command, action, description] of [
    ['add-member', 'addMember', 'Put a user or a service account into a team'],
    ['remove-member', 'removeMember', 'Take a user or a service account out of a team'],
  ] as const) {
    teams
      .command(command)
      .description(description)
      .argument('<team>')
      .argument('<e-mail>')
      .action((name: string, email: string) =>
        withRooms(async (rooms: Rooms) => {
          const team = await mustFindTeam(rooms, name);
          const user = await mustFindUser(rooms, email);
          const targets = [targetOf(team), { kind: 'user', id: user.id, name: user.email }];
          await rooms.change('console.users', targets, { action: command }, () =>
            rooms.identity.teams[action](team.id, user.id),
          );
        }),
      );
  }
}

function targetOf({ id, name }: Team) {
  return { kind: 'team', id, name };
}
