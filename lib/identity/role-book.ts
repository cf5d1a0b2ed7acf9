import type { Selectable } from 'kysely';
import { z } from 'zod';
import { builtInRoleBook, expandPatterns } from '#lib/authz/roles.ts';
import type { Tables } from '#lib/db/types.ts';
import type { Role, RoleBook } from '#lib/shared/access.ts';

type RoleRow = Selectable<Tables['roles']>;

const patternsSchema = z.array(z.string());

/** The patterns of a stored role as they were written. */
export function patternsOf(row: Pick<RoleRow, 'patterns'>): string[] {
  return patternsSchema.parse(JSON.parse(row.patterns));
}

/** A stored role as authorize reads it. Patterns that this version does not know name nothing, and so allow nothing. */
export function toRole(row: RoleRow): Role {
  return {
    name: row.name,
    description: row.description,
    operations: expandPatterns(patternsOf(row)).operations,
    hostAccess: row.host_access !== 0,
    seeSecrets: row.see_secrets !== 0,
  };
}

/**
 * Makes role books of rows, and the same book of the same rows: what authorize works out is kept by the book's identity,
 * and every change of access loads the rows anew.
 */
export function createRoleBooks(): (rows: readonly RoleRow[]) => RoleBook {
  let text = '[]';
  let book = builtInRoleBook;
  return (rows) => {
    const now = JSON.stringify(rows);
    if (now === text) return book;
    text = now;
    // Built-in ones last: whatever a row says, `viewer` is what everybody takes it for.
    book = new Map([...rows.map((row): [string, Role] => [row.name, toRole(row)]), ...builtInRoleBook]);
    return book;
  };
}
