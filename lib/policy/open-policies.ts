import type { Selectable } from 'kysely';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import { type Policy, type PolicyInput, policyInput, policyRules, policyScope } from '#lib/shared/policy.ts';

/** What may be created and changed, above all roles. */
export interface Policies {
  /** By name. Read from the database each time, so that every console that shares it judges by the same ones at once. */
  list(): Promise<Policy[]>;
  /** Throws not-found. */
  get(id: string): Promise<Policy>;
  /** Throws bad-request with a sentence that names the field, and conflict for a name that is taken. */
  create(input: PolicyInput): Promise<Policy>;
  update(id: string, change: Partial<PolicyInput>): Promise<Policy>;
  remove(id: string): Promise<void>;
}

/** All are read for each creation; nobody can keep more of them apart. */
const policiesMax = 100;

/** Opens the policies of this database. */
export function openPolicies({ db, now = Date.now }: { db: Database; now?: () => number }): Policies {
  /**
   * A single statement, no transaction that reads before it writes: SQLite refuses to turn a read into a write ("database
   * is locked") when the trail has written meanwhile. That names are unique the table sees to.
   */
  const named = async (name: string, id: string, write: () => Promise<unknown>) => {
    const isTaken = async () => {
      const others = db.selectFrom('policies').select('id').where('name', '=', name).where('id', '!=', id);
      return (await others.executeTakeFirst()) !== undefined;
    };
    const taken = () => appError('conflict', `There is a policy "${name}" already.`);
    if (await isTaken()) throw taken();
    await write().catch(async (error: unknown) => {
      throw (await isTaken()) ? taken() : error;
    });
  };
  const policies: Policies = {
    async list() {
      const rows = await db.selectFrom('policies').selectAll().orderBy('name').execute();
      return rows.map(toPolicy);
    },
    async get(id) {
      const row = await db.selectFrom('policies').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) throw appError('not-found', 'There is no such policy.');
      return toPolicy(row);
    },
    async create(input) {
      const id = newId();
      const values = toRow(parsePolicy(input));
      const others = await db.selectFrom('policies').select('id').execute();
      if (others.length >= policiesMax) throw appError('too-many', `There are ${policiesMax} policies already.`);
      const row = { id, ...values, created_at: now(), updated_at: now() };
      await named(values.name, id, () => db.insertInto('policies').values(row).execute());
      return policies.get(id);
    },
    async update(id, change) {
      const { name, description, scope, enabled, rules } = { ...(await policies.get(id)), ...change };
      const values = toRow(parsePolicy({ name, description, scope, enabled, rules }));
      const row = { ...values, updated_at: now() };
      await named(values.name, id, () => db.updateTable('policies').set(row).where('id', '=', id).execute());
      return policies.get(id);
    },
    async remove(id) {
      await policies.get(id);
      await db.deleteFrom('policies').where('id', '=', id).execute();
    },
  };
  return policies;
}

function parsePolicy(input: PolicyInput): PolicyInput {
  const parsed = policyInput.safeParse(input);
  if (parsed.success) {
    const { kind, value } = parsed.data.scope;
    if (kind !== 'all' && value === '') throw appError('bad-request', 'The policy names no engine and no tag.');
    return { ...parsed.data, scope: { kind, value: kind === 'all' ? '' : value } };
  }
  const [issue] = parsed.error.issues;
  throw appError('bad-request', `${issue?.path.join('.')}: ${issue?.message ?? 'not valid'}`);
}

function toRow(input: PolicyInput) {
  return {
    name: input.name,
    description: input.description,
    scope_kind: input.scope.kind,
    scope_value: input.scope.value,
    enabled: Number(input.enabled),
    rules: JSON.stringify(input.rules),
  };
}

/** A row that this version can't read stops what a policy may judge: what it forbids must not pass. */
function toPolicy(row: Selectable<Tables['policies']>): Policy {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    scope: policyScope.parse({ kind: row.scope_kind, value: row.scope_value }),
    enabled: row.enabled !== 0,
    rules: policyRules.parse(JSON.parse(row.rules)),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
