import { z } from 'zod';
import type { AuditRecord } from '#lib/audit/types.ts';
import { authorize, coversEngine } from '#lib/authz/authorize.ts';
import { policiesFor } from '#lib/authz/create-policy.ts';
import { explain } from '#lib/authz/explain.ts';
import type { EngineConfig } from '#lib/engine/types.ts';
import { isReadOfShared } from '#lib/gateway/scope/judge.ts';
import type { Runtime } from '#lib/runtime.ts';
import type { ScopeObject, UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { Explained } from '#lib/shared/explained.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import { consoleOperations, engineOperations, type Operation } from '#lib/shared/operations.ts';
import { levelOperations } from './access-levels.ts';
import { accessOf, type SubjectQuery } from './access-subject.ts';
import { effectiveOf, whoMayOn } from './effective-access.ts';
import { findObject, type ObjectKind } from './inventory-object.ts';
import { readRoute } from './route.ts';
import { showGrants } from './show-grants.ts';

const text = z.string().max(500).optional();
const kind = z.enum(inventoryKinds);
const operation = z.enum([...engineOperations, ...consoleOperations]);
const explainQuery = z.object({
  user: text,
  team: text,
  token: text,
  operation: operation.optional(),
  engine: text,
  kind: kind.optional(),
  object: text,
  /** A record of the trail, from which the question is taken. */
  audit: text,
});
const accessQuery = z.object({
  user: text,
  team: text,
  token: text,
  engine: text,
  kind: kind.optional(),
  object: text,
});

interface Question {
  subject: SubjectQuery;
  operation: Operation;
  engine: EngineConfig | undefined;
  /** As it is asked for, and as it is. */
  object?: { kind: string; name: string; told: ScopeObject };
  record?: AuditRecord;
}

/** Who may do what, and why not. For whoever manages grants or reads the trail. */
export const explainRoutes = {
  explain: readRoute({
    allow: ['console.grants', 'console.audit'],
    query: explainQuery,
    handle: async ({ runtime, principal, query }): Promise<Explained> =>
      answer(
        runtime,
        query.audit === undefined ? asked(runtime, principal, query) : await recorded(runtime, principal, query.audit),
      ),
  }),
  /** With user, team or token: what it may do, engine by engine. With engine (and object): who may do what there. */
  access: readRoute({
    allow: ['console.grants', 'console.audit'],
    query: accessQuery,
    handle: async ({ runtime, principal, query }) => {
      if (query.user !== undefined || query.team !== undefined || query.token !== undefined) {
        return effectiveOf(runtime, await accessOf(runtime, query));
      }
      const engine = mustFindEngine(runtime, principal, query.engine ?? '');
      const object = mustFindObject(runtime, principal, engine, query);
      return whoMayOn(runtime, engine, object ? { kind: object.kind, told: object.told } : undefined);
    },
  }),
};

function asked(runtime: Runtime, principal: UserPrincipal, query: z.infer<typeof explainQuery>): Question {
  if (query.operation === undefined) throw appError('bad-request', 'Which operation? Give operation.');
  const isConsole = query.operation.startsWith('console.');
  if (!isConsole && query.engine === undefined) throw appError('bad-request', 'On which engine? Give engine.');
  const engine = isConsole || query.engine === undefined ? undefined : mustFindEngine(runtime, principal, query.engine);
  const object = engine && mustFindObject(runtime, principal, engine, query);
  return { subject: query, operation: query.operation, engine, ...(object ? { object } : {}) };
}

/** The question that a record of the trail answers, with the object as it was recorded. */
async function recorded(runtime: Runtime, principal: UserPrincipal, id: string): Promise<Question> {
  if (!authorize(principal, 'console.audit', undefined, Date.now()).allow) {
    throw appError('forbidden', 'Reading a record of the trail needs console.audit.');
  }
  const record = await runtime.audit.get(id);
  if (!record) throw appError('not-found', `There is no record ${id.slice(0, 60)}.`);
  const known = operation.safeParse(record.operation);
  if (!known.success) throw appError('bad-request', `No grant decides about ${record.operation}.`);
  if (record.userId === undefined) throw appError('bad-request', 'Nobody was signed in when this was recorded.');
  const engine = record.engineId === undefined ? undefined : runtime.engines.find(record.engineId);
  if (!engine && !record.operation.startsWith('console.')) {
    throw appError('not-found', 'The engine of this record is not there any more.');
  }
  const [noun] = record.operation.split('.');
  const target = record.targets.find(({ kind: each }) => each === (noun === 'exec' ? 'container' : noun));
  const told = target && { kind: target.kind, names: [target.name], labels: target.labels ?? {} };
  return {
    subject: await subjectOf(runtime, record),
    operation: known.data,
    engine,
    record,
    ...(told && engine && inventoryKinds.some((each) => each === told.kind)
      ? { object: { kind: told.kind, name: target.name, told } }
      : {}),
  };
}

/** The token by its name, where it is still there and the only one of that name; else its owner. */
async function subjectOf({ identity }: Runtime, { userId, via }: AuditRecord): Promise<SubjectQuery> {
  const name = via?.startsWith('token:') ? via.slice('token:'.length) : undefined;
  if (name === undefined) return { user: userId };
  const named = (await identity.tokens.list(userId)).filter((token) => token.name === name);
  return named.length === 1 ? { token: named[0]?.id } : { user: userId };
}

async function answer(runtime: Runtime, question: Question): Promise<Explained> {
  const { operation: op, engine, object, record } = question;
  const { subject, access } = await accessOf(runtime, question.subject);
  const told = object && asTheDoorSees(op, object.told);
  const { decision, verdicts } = explain(access, { operation: op, engine, object: told, nowMs: Date.now() });
  const shown = await showGrants(
    runtime,
    verdicts.map(({ grant }) => grant),
  );
  const policies = engine && isJudgedByPolicies(op) ? policiesFor(await runtime.policies.list(), engine) : [];
  const policy = record?.params?.policy;
  return {
    subject,
    asked: { operation: op, engine: engine?.name, kind: object?.kind, object: object?.name },
    allow: decision.allow && subject.barred === undefined,
    reason: subject.barred ?? decision.reason,
    hostAccess: decision.hostAccess,
    seeSecrets: decision.seeSecrets,
    ...(decision.scoped && !told ? { scoped: true } : {}),
    verdicts: verdicts.flatMap(({ list, allows, lacks }, at) => {
      const grant = shown[at];
      return grant ? [{ grant, list, allows, lacks }] : [];
    }),
    policies: policies.map(({ id, name }) => ({ id, name })),
    record: record && {
      id: record.id,
      at: record.at,
      outcome: record.outcome,
      reason: record.reason ?? record.error,
      policy: typeof policy === 'string' ? policy : undefined,
    },
  };
}

/** Shared counts where it is read or joined alone, and removing an image by its id takes all of its names. */
function asTheDoorSees(op: Operation, { shared, ...told }: ScopeObject): ScopeObject {
  const counts = shared === true && engineOperations.some((each) => each === op && isReadOfShared(each, told.kind));
  return { ...told, ...(counts ? { shared } : {}), ...(op === 'image.remove' ? { everyName: true } : {}) };
}

/** Operations that carry something which a create policy looks at. */
function isJudgedByPolicies(op: Operation): boolean {
  return (
    /^(plugin|session|swarm)\./.test(op) ||
    /\.(create|update|start|restart|build|commit|pull|import|load|tag|connect)$/.test(op)
  );
}

/** Whoever has no grant on an engine is not told that it is there; its name stands in the trail, for those who read it. */
function mustFindEngine(runtime: Runtime, principal: UserPrincipal, name: string): EngineConfig {
  const engine = runtime.engines.find(name);
  const now = Date.now();
  const mayKnow =
    engine && (coversEngine(principal, engine, now) || authorize(principal, 'console.audit', undefined, now).allow);
  if (!engine || !mayKnow) throw appError('not-found', `There is no engine ${name.slice(0, 63)}.`);
  return engine;
}

function mustFindObject(
  runtime: Runtime,
  principal: UserPrincipal,
  engine: EngineConfig,
  query: { kind?: ObjectKind; object?: string },
) {
  if (query.object === undefined) return undefined;
  if (query.kind === undefined) throw appError('bad-request', 'What kind of object? Give kind.');
  const found = findObject(runtime, engine, query.kind, query.object);
  const { see = 'container.inspect' } = levelOperations[query.kind];
  const seen = found && authorize(principal, see, engine, Date.now(), [asTheDoorSees(see, found.object)]).allow;
  if (!found || !seen) {
    throw appError('not-found', `There is no ${query.kind} ${query.object} on ${engine.name} that you may see.`);
  }
  // An image by the name that was asked for is that name alone; by an id it is all of them.
  const byName = query.kind === 'image' && found.object.names.includes(query.object);
  return {
    kind: query.kind,
    name: found.name,
    told: byName ? { ...found.object, names: [query.object] } : found.object,
  };
}
