import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import type { Grant, ResourceScope } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { resourceInput } from '#lib/shared/grant-input.ts';
import type { ChangeAccess } from './access-change.ts';
import { requireRole } from './roles.ts';
import { nameSubjects } from './subject-names.ts';
import type { Identity } from './types.ts';

/** Far more than anybody reads; each principal carries all of its own. */
const perSubjectMax = 1000;

/** The grants' table as `Identity.grants`. A grant of the same role in the same scope is not stored twice. */
export function createGrants(db: Database, changeAccess: ChangeAccess, now: () => number): Identity['grants'] {
  return {
    async list(subject) {
      let query = db.selectFrom('grants').selectAll().orderBy('id');
      if (subject) query = query.where('subject_kind', '=', subject.kind).where('subject_id', '=', subject.id);
      return (await query.execute()).map(toGrant);
    },
    async get(id) {
      const row = await db.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toGrant(row);
    },
    async ofUser(userId) {
      return (await selectGrants(db, userId)).map(toGrant);
    },
    async subjectNames() {
      const name = await nameSubjects(db);
      return ({ subjectKind, subjectId }) => name(subjectKind, subjectId);
    },
    add: (input) => changeAccess((trx) => insertGrant(trx, input, now())),
    update: (id, change) =>
      changeAccess(async (trx) => {
        const row = await trx.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirst();
        if (!row) throw noGrant();
        if (typeof change.expiresAt === 'number') refusePast(change.expiresAt, now());
        const set = {
          expires_at: change.expiresAt === undefined ? row.expires_at : change.expiresAt,
          reason: change.reason === undefined ? row.reason : change.reason?.trim() || null,
        };
        await trx.updateTable('grants').set(set).where('id', '=', id).execute();
        return toGrant({ ...row, ...set });
      }),
    async remove(id) {
      await changeAccess(async (trx) => {
        const { numDeletedRows } = await trx.deleteFrom('grants').where('id', '=', id).executeTakeFirst();
        if (numDeletedRows === 0n) throw noGrant();
      });
    },
  };
}

/** The rows of a user's own grants and those of the user's teams; with `tokenId` also the token's own. */
export async function selectGrants(db: Database | Transaction<Tables>, userId: string, tokenId?: string) {
  return db
    .selectFrom('grants')
    .selectAll()
    .where((eb) => {
      const teams = eb.selectFrom('team_members').select('team_id').where('user_id', '=', userId);
      return eb.or([
        eb.and([eb('subject_kind', '=', 'user'), eb('subject_id', '=', userId)]),
        eb.and([eb('subject_kind', '=', 'team'), eb('subject_id', 'in', teams)]),
        ...(tokenId === undefined ? [] : [eb.and([eb('subject_kind', '=', 'token'), eb('subject_id', '=', tokenId)])]),
      ]);
    })
    .orderBy('id')
    .execute();
}

/** Stores a grant inside a change of access and returns it; throws bad-request, not-found or conflict. */
export async function insertGrant(trx: Transaction<Tables>, input: Omit<Grant, 'id'>, nowMs: number): Promise<Grant> {
  const grant = await parseGrant(trx, input, nowMs);
  await requireSubject(trx, grant);
  const resource = grant.resource ? JSON.stringify(grant.resource) : null;
  const there = await trx
    .selectFrom('grants')
    .selectAll()
    .where('subject_kind', '=', grant.subjectKind)
    .where('subject_id', '=', grant.subjectId)
    .execute();
  const lasts = (row: { expires_at: number | null }) => row.expires_at ?? Number.POSITIVE_INFINITY;
  const same = there.find(
    (row) =>
      row.role === grant.role &&
      row.scope_kind === grant.scope.kind &&
      row.scope_value === grant.scope.value &&
      row.resource === resource &&
      lasts(row) >= (grant.expiresAt ?? Number.POSITIVE_INFINITY),
  );
  if (same) throw appError('conflict', `This ${grant.subjectKind} has this role there already.`);
  if (there.length >= perSubjectMax) {
    throw appError('too-many', `This ${grant.subjectKind} has ${perSubjectMax} grants already.`);
  }
  const id = newId(nowMs);
  await trx
    .insertInto('grants')
    .values({
      id,
      subject_kind: grant.subjectKind,
      subject_id: grant.subjectId,
      role: grant.role,
      scope_kind: grant.scope.kind,
      scope_value: grant.scope.value,
      resource,
      expires_at: grant.expiresAt ?? null,
      reason: grant.reason ?? null,
      created_at: nowMs,
    })
    .execute();
  // From here on the token is limited to its own grants, also when none of them is left.
  if (grant.subjectKind === 'token') {
    await trx.updateTable('tokens').set({ limited: 1 }).where('id', '=', grant.subjectId).execute();
  }
  return { ...grant, id };
}

/** The grant with its parts checked and tidied, without a look at its subject. Throws bad-request. */
export async function parseGrant<G extends Omit<Grant, 'id' | 'subjectKind' | 'subjectId'>>(
  trx: Database | Transaction<Tables>,
  input: G,
  nowMs: number,
): Promise<G> {
  const { scope } = input;
  await requireRole(trx, input.role);
  if ((scope.kind === 'all') !== (scope.value === '')) {
    throw appError('bad-request', 'A grant holds everywhere, or on the tag or engine that it names.');
  }
  if (input.expiresAt !== undefined) refusePast(input.expiresAt, nowMs);
  const parsed = input.resource === undefined ? undefined : resourceInput.safeParse(input.resource);
  if (parsed && !parsed.success) {
    throw appError('bad-request', parsed.error.issues[0]?.message ?? 'This is no scope.', parsed.error);
  }
  const reason = input.reason?.trim() || undefined;
  if (reason && reason.length > 500) throw appError('bad-request', 'A reason has at most 500 characters.');
  return { ...input, resource: parsed?.data, reason };
}

async function requireSubject(trx: Transaction<Tables>, { subjectKind, subjectId }: Omit<Grant, 'id'>): Promise<void> {
  const table = ({ user: 'users', team: 'teams', token: 'tokens' } as const)[subjectKind];
  const found = await trx.selectFrom(table).select('id').where('id', '=', subjectId).executeTakeFirst();
  if (!found) throw appError('not-found', `There is no such ${subjectKind}.`);
}

function refusePast(expiresAt: number, nowMs: number): void {
  if (expiresAt <= nowMs) throw appError('bad-request', 'The grant would have ended already.');
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

function noGrant() {
  return appError('not-found', 'There is no such grant.');
}
