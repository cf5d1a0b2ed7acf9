import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import { builtInRoleBook } from '#lib/authz/roles.ts';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import type { Grant, ResourceScope } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { ChangeAccess } from './access-change.ts';
import type { Identity } from './types.ts';

/** The grants' table as `Identity.grants`. A grant of the same role in the same scope is not stored twice. */
export function createGrants(db: Database, changeAccess: ChangeAccess, now: () => number): Identity['grants'] {
  return {
    async list(subject) {
      let query = db.selectFrom('grants').selectAll().orderBy('id');
      if (subject) query = query.where('subject_kind', '=', subject.kind).where('subject_id', '=', subject.id);
      return (await query.execute()).map(toGrant);
    },
    add: (input) => changeAccess((trx) => insertGrant(trx, input, now())),
    async remove(id) {
      await changeAccess(async (trx) => {
        const { numDeletedRows } = await trx.deleteFrom('grants').where('id', '=', id).executeTakeFirst();
        if (numDeletedRows === 0n) throw appError('not-found', 'There is no such grant.');
      });
    },
  };
}

/** Stores a grant inside a change of access and returns it; throws bad-request, not-found or conflict. */
export async function insertGrant(trx: Transaction<Tables>, input: Omit<Grant, 'id'>, nowMs: number): Promise<Grant> {
  const { scope } = input;
  if (!builtInRoleBook.has(input.role)) throw appError('bad-request', `There is no role "${input.role}".`);
  if (input.subjectKind !== 'user') throw appError('bad-request', 'Grants are given to users.');
  if ((scope.kind === 'all') !== (scope.value === '')) {
    throw appError('bad-request', 'A grant holds everywhere, or on the tag or engine that it names.');
  }
  if (input.expiresAt !== undefined && input.expiresAt <= nowMs) {
    throw appError('bad-request', 'The grant would have ended already.');
  }
  const user = await trx.selectFrom('users').select('id').where('id', '=', input.subjectId).executeTakeFirst();
  if (!user) throw appError('not-found', 'There is no such user.');
  const same = await trx
    .selectFrom('grants')
    .select('id')
    .where('subject_kind', '=', input.subjectKind)
    .where('subject_id', '=', input.subjectId)
    .where('role', '=', input.role)
    .where('scope_kind', '=', scope.kind)
    .where('scope_value', '=', scope.value)
    .where('resource', input.resource ? '=' : 'is', input.resource ? JSON.stringify(input.resource) : null)
    .where((eb) =>
      eb.or([eb('expires_at', 'is', null), eb('expires_at', '>=', input.expiresAt ?? Number.MAX_SAFE_INTEGER)]),
    )
    .executeTakeFirst();
  if (same) throw appError('conflict', 'This user has this role there already.');
  const id = newId(nowMs);
  await trx
    .insertInto('grants')
    .values({
      id,
      subject_kind: input.subjectKind,
      subject_id: input.subjectId,
      role: input.role,
      scope_kind: scope.kind,
      scope_value: scope.value,
      resource: input.resource ? JSON.stringify(input.resource) : null,
      expires_at: input.expiresAt ?? null,
      reason: input.reason?.trim() || null,
      created_at: nowMs,
    })
    .execute();
  return { ...input, id };
}

/** A row as the grant that authorize reads. What this version does not know stays as it is, and allows nothing there. */
export function toGrant(row: Selectable<Tables['grants']>): Grant {
  return {
    id: row.id,
    subjectKind: row.subject_kind === 'team' || row.subject_kind === 'token' ? row.subject_kind : 'user',
    subjectId: row.subject_id,
    role: row.role,
    scope: toScope(row.scope_kind, row.scope_value),
    ...(row.resource === null ? {} : { resource: toResource(row.resource) }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}

function toScope(kind: string, value: string): Grant['scope'] {
  if (kind === 'all' || kind === 'tag' || kind === 'engine') return { kind, value };
  // A scope of a later version, after a downgrade: an engine without an id is none, so the grant reaches nothing.
  return { kind: 'engine', value: '' };
}

const resourceSchema = z.strictObject({
  labels: z.array(z.string()).optional(),
  project: z.string().optional(),
  name: z.string().optional(),
  images: z.array(z.string()).optional(),
});

/** What can't be read, or holds a part of a later version, reaches nothing: leaving a part out would widen it. */
function toResource(text: string): ResourceScope {
  try {
    return resourceSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
