import type { Transaction } from 'kysely';
import { z } from 'zod';
import { builtInRoleBook, builtInRoles, expandPatterns } from '#lib/authz/roles.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import type { Role } from '#lib/shared/access.ts';
import type { RoleShown } from '#lib/shared/directory.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ChangeAccess } from './access-change.ts';
import { patternsOf, toRole } from './role-book.ts';
import { nameSubjects } from './subject-names.ts';
import type { Identity, RoleInput } from './types.ts';

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** More roles than that nobody can tell apart; every principal carries the book. */
const rolesMax = 200;
const patternsMax = 200;

/** The roles that people make, as `Identity.roles`. Throws bad-request, conflict and not-found with their sentences. */
export function createRoles(db: Database, changeAccess: ChangeAccess, now: () => number): Identity['roles'] {
  return {
    list: () => listRoles(db),
    preview: (input) => parseRole(input).role,
    async create(input) {
      const { role, patterns } = parseRole(input);
      await changeAccess(async (trx) => {
        await refuseTaken(trx, role.name);
        const rows = await trx.selectFrom('roles').select('name').execute();
        if (rows.length >= rolesMax) throw appError('too-many', `There are ${rolesMax} roles already.`);
        await trx
          .insertInto('roles')
          .values({ ...toRow(role, patterns), created_at: now() })
          .execute();
      });
      return mustFind(db, role.name);
    },
    async update(name, change) {
      refuseBuiltIn(name);
      await changeAccess(async (trx) => {
        const row = await findRow(trx, name);
        const old = toRole(row);
        const { role, patterns } = parseRole({ ...old, patterns: patternsOf(row), ...change });
        if (role.name !== name) {
          await refuseTaken(trx, role.name);
          await refuseInvited(trx, name);
          await trx.updateTable('grants').set({ role: role.name }).where('role', '=', name).execute();
        }
        await trx.updateTable('roles').set(toRow(role, patterns)).where('name', '=', name).execute();
      });
      return mustFind(db, change.name ?? name);
    },
    async remove(name) {
      refuseBuiltIn(name);
      await changeAccess(async (trx) => {
        await findRow(trx, name);
        await refuseUsed(trx, name);
        await refuseInvited(trx, name);
        await trx.deleteFrom('roles').where('name', '=', name).execute();
      });
    },
  };
}

/** Throws bad-request unless a role of this name is built in or stored. */
export async function requireRole(trx: Database | Transaction<Tables>, name: string): Promise<void> {
  if (builtInRoleBook.has(name)) return;
  const row = await trx.selectFrom('roles').select('name').where('name', '=', name).executeTakeFirst();
  if (!row) throw appError('bad-request', `There is no role "${name.slice(0, 63)}".`);
}

function parseRole(input: RoleInput): { role: Role; patterns: string[] } {
  const { name, hostAccess, seeSecrets } = input;
  if (!namePattern.test(name)) {
    throw appError('bad-request', "A role's name has lower-case letters, digits and hyphens, at most 63 of them.");
  }
  const description = input.description.trim();
  if (description.length > 300) throw appError('bad-request', 'A description has at most 300 characters.');
  const patterns = [...new Set(input.patterns.map((pattern) => pattern.trim()))];
  if (patterns.length === 0) throw appError('bad-request', 'A role names at least one operation.');
  if (patterns.length > patternsMax) throw appError('bad-request', `A role has at most ${patternsMax} patterns.`);
  const { operations, unknown } = expandPatterns(patterns);
  if (unknown.length > 0) {
    const shown = unknown.slice(0, 10).map((pattern) => `"${pattern.slice(0, 80)}"`);
    throw appError('bad-request', `No operation is named by ${shown.join(', ')}.`);
  }
  return { role: { name, description, operations, hostAccess, seeSecrets }, patterns };
}

function toRow(role: Role, patterns: readonly string[]) {
  return {
    name: role.name,
    description: role.description,
    patterns: JSON.stringify(patterns),
    host_access: Number(role.hostAccess),
    see_secrets: Number(role.seeSecrets),
  };
}

function refuseBuiltIn(name: string): void {
  if (builtInRoleBook.has(name)) throw appError('conflict', `The role ${name} is built in and stays as it is.`);
}

async function refuseTaken(trx: Transaction<Tables>, name: string): Promise<void> {
  const stored = await trx.selectFrom('roles').select('name').where('name', '=', name).executeTakeFirst();
  if (stored || builtInRoleBook.has(name)) throw appError('conflict', `There is a role ${name} already.`);
}

async function refuseUsed(trx: Transaction<Tables>, name: string): Promise<void> {
  const grants = await trx
    .selectFrom('grants')
    .select(['subject_kind', 'subject_id'])
    .where('role', '=', name)
    .execute();
  if (grants.length === 0) return;
  const names = await nameSubjects(trx);
  const holders = [...new Set(grants.map((grant) => names(grant.subject_kind, grant.subject_id) || 'somebody'))].sort();
  const more = holders.length > 5 ? ` and ${holders.length - 5} more` : '';
  throw appError(
    'conflict',
    `${holders.slice(0, 5).join(', ')}${more} have the role ${name}; take it from them first.`,
  );
}

/** An invitation that names a role which is gone could never be accepted. */
async function refuseInvited(trx: Transaction<Tables>, name: string): Promise<void> {
  const links = await trx.selectFrom('links').select(['email', 'grants']).where('kind', '=', 'invite').execute();
  const found = links.find((link) =>
    z
      .array(z.looseObject({ role: z.string() }))
      .parse(JSON.parse(link.grants))
      .some((grant) => grant.role === name),
  );
  if (found) throw appError('conflict', `The invitation of ${found.email} names the role ${name}; take it back first.`);
}

async function findRow(trx: Database | Transaction<Tables>, name: string) {
  const row = await trx.selectFrom('roles').selectAll().where('name', '=', name).executeTakeFirst();
  if (!row) throw appError('not-found', `There is no role ${name.slice(0, 63)}.`);
  return row;
}

async function mustFind(db: Database, name: string): Promise<RoleShown> {
  const found = (await listRoles(db)).find((role) => role.name === name);
  if (!found) throw appError('not-found', `There is no role ${name}.`);
  return found;
}

async function listRoles(db: Database): Promise<RoleShown[]> {
  const rows = await db.selectFrom('roles').selectAll().orderBy('name').execute();
  const counts = await db
    .selectFrom('grants')
    .select((eb) => ['role', eb.fn.countAll<number>().as('count')])
    .groupBy('role')
    .execute();
  const byRole = new Map(counts.map(({ role, count }) => [role, Number(count)]));
  const show = (role: Role, patterns: string[] | undefined): RoleShown => ({
    ...role,
    builtIn: patterns === undefined,
    patterns: patterns ?? [...role.operations],
    operations: [...role.operations],
    grants: byRole.get(role.name) ?? 0,
  });
  return [
    ...builtInRoles.map((role) => show(role, undefined)),
    ...rows.map((row) => show(toRole(row), patternsOf(row))),
  ];
}
