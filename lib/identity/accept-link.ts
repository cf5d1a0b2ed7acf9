import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '#lib/db/types.ts';
import type { LinkShown } from '#lib/shared/directory.ts';
import { appError } from '#lib/shared/errors.ts';
import { grantInput } from '#lib/shared/grant-input.ts';
import { insertGrant } from './grants.ts';
import { insertMember } from './teams.ts';
import type { User } from './types.ts';
import { toUser } from './user-input.ts';
import { insertUser, storePassword } from './users.ts';

type LinkRow = Selectable<Tables['links']>;

/** What was taken: a link that this transaction has deleted, with the name and the password's hash that were given. */
export interface TakenLink {
  row: LinkRow;
  name: string;
  hash: string;
}

/** Makes the person of an invitation, with the teams that still are and the grants that have not ended. */
export async function acceptInvitation(
  trx: Transaction<Tables>,
  { row, name, hash }: TakenLink,
  nowMs: number,
): Promise<User> {
  const user = await insertUser(trx, { email: row.email, name }, nowMs, hash);
  const { teams, grants } = toShown(row);
  for (const teamId of teams) {
    const team = await trx.selectFrom('teams').select('id').where('id', '=', teamId).executeTakeFirst();
    if (team) await insertMember(trx, { teamId, userId: user.id, source: 'manual' }, nowMs);
  }
  for (const grant of grants) {
    if (grant.expiresAt !== undefined && grant.expiresAt <= nowMs) continue;
    await insertGrant(trx, { ...grant, subjectKind: 'user', subjectId: user.id }, nowMs);
  }
  return user;
}

/** Sets the password of a reset; throws when the person is gone or disabled. */
export async function acceptReset(trx: Transaction<Tables>, { row, hash }: TakenLink): Promise<User> {
  const user = await trx
    .selectFrom('users')
    .selectAll()
    .where('id', '=', row.user_id ?? '')
    .executeTakeFirst();
  if (user?.disabled !== 0) throw usedUp();
  await storePassword(trx, user.id, hash);
  return toUser(user);
}

/** A stored link as people see it: without its secret, which is not known any more. */
export function toShown(row: LinkRow): LinkShown {
  return {
    id: row.id,
    kind: row.kind === 'invite' ? 'invite' : 'reset',
    email: row.email,
    name: row.name,
    teams: z.array(z.string()).parse(JSON.parse(row.teams)),
    grants: z.array(grantInput).parse(JSON.parse(row.grants)),
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** The same for one that was used, has ended, was taken back or never was. */
export function usedUp() {
  return appError('forbidden', 'This link is not valid any more. Ask for a new one.');
}
