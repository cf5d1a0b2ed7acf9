import type { Transaction } from 'kysely';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';

/** The name that people know a grant's subject by: an e-mail or service account, a team, a token; '' when it is gone. */
export type NameSubject = (kind: string, id: string) => string;

/** Reads all names at once: lists of grants are shown whole. */
export async function nameSubjects(db: Database | Transaction<Tables>): Promise<NameSubject> {
  const users = await db.selectFrom('users').select(['id', 'email as name']).execute();
  const teams = await db.selectFrom('teams').select(['id', 'name']).execute();
  const tokens = await db
    .selectFrom('tokens')
    .innerJoin('users', 'users.id', 'tokens.user_id')
    .select(['tokens.id', 'tokens.name', 'users.email'])
    .execute();
  const names = new Map([
    ...users.map(({ id, name }): [string, string] => [`user:${id}`, name]),
    ...teams.map(({ id, name }): [string, string] => [`team:${id}`, name]),
    ...tokens.map(({ id, name, email }): [string, string] => [`token:${id}`, `${name} (${email})`]),
  ]);
  return (kind, id) => names.get(`${kind}:${id}`) ?? '';
}
