import type { Decision, EngineRef, ScopeObject, UserPrincipal } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { type Compiled, candidates, compile, groupsFor, type Holding, indexFor } from './holdings.ts';
import { describeResource, isInScope } from './resource-scope.ts';
import { builtInRoleBook } from './roles.ts';
import { isScopable } from './scopable.ts';

/** What decides: a principal's grants, the limits of its token, and the roles that they name. */
export type Access = Pick<UserPrincipal, 'grants' | 'limits' | 'roles'>;

/**
 * Whether this access allows the operation on the engine (undefined: the console itself) at `nowMs`. Pure; default deny.
 * Grants add up: one that allows suffices, and the flags are those of the grants that allow this very operation, so
 * that host access of a role that can't create does not leak into one that can. A token's limits must allow as well.
 *
 * With `objects` (the real ones, as the engine told them) each must be reached by a grant that allows the operation, and
 * the flags are those that hold on all of them. Without, a grant with a resource scope allows what it can allow on some
 * object, and `scoped` says that the answer must be filtered.
 *
 * Grants must not be changed in place: what is worked out of them is kept by the identity of the array.
 */
export function authorize(
  access: Access,
  operation: Operation,
  engine: EngineRef | undefined,
  nowMs: number,
  objects: readonly ScopeObject[] = [],
): Decision {
  const roles = access.roles ?? builtInRoleBook;
  const question = { operation, engine: placeOf(operation, engine), nowMs, objects };
  const decision = decide(compile(access.grants, roles), question);
  if (!access.limits || !decision.allow) return decision;
  const limit = decide(compile(access.limits, roles), question);
  if (!limit.allow) return { ...limit, reason: `the token's own grants do not allow it: ${limit.reason}` };
  return {
    ...decision,
    hostAccess: decision.hostAccess && limit.hostAccess,
    seeSecrets: decision.seeSecrets && limit.seeSecrets,
    ...(limit.scoped ? { scoped: true } : {}),
  };
}

/** Whether any grant reaches this engine at all; without one its very existence is not told. */
export function coversEngine(access: Access, engine: EngineRef, nowMs: number): boolean {
  const roles = access.roles ?? builtInRoleBook;
  const covers = (compiled: Compiled) =>
    groupsFor(compiled, engine).some(({ holdings }) =>
      holdings.some((holding) => nowMs < holding.untilMs && holding.onEngines),
    );
  return covers(compile(access.grants, roles)) && (!access.limits || covers(compile(access.limits, roles)));
}

/**
 * Which objects of the engine the operation reaches, for lists, events and live rows. Undefined: all of them. It is true
 * for this moment; ask again when grants change or end.
 */
export function visible(
  access: Access,
  operation: Operation,
  engine: EngineRef,
  nowMs: number,
): ((object: ScopeObject) => boolean) | undefined {
  const decision = authorize(access, operation, engine, nowMs);
  if (decision.allow && !decision.scoped) return undefined;
  if (!decision.allow) return () => false;
  const roles = access.roles ?? builtInRoleBook;
  const sets = [access.grants, ...(access.limits ? [access.limits] : [])].map((grants) => compile(grants, roles));
  return (object) => sets.every((compiled) => reaches(compiled, { operation, engine, nowMs, objects: [] }, object));
}

interface Question {
  operation: Operation;
  engine: EngineRef | undefined;
  nowMs: number;
  objects: readonly ScopeObject[];
}

/** The console is no engine: a grant on one engine or tag is not a grant on the console. */
function placeOf(operation: Operation, engine: EngineRef | undefined): EngineRef | undefined {
  return operation.startsWith('console.') ? undefined : engine;
}

/** What one list of grants says. */
function decide(compiled: Compiled, question: Question): Decision {
  const anywhere = sumUp(holdingsFor(compiled, question, undefined));
  if (!anywhere.best) return deny(denial(compiled, question));
  const { scoped } = anywhere;
  let { best } = anywhere;
  let { hostAccess, seeSecrets } = question.objects.length > 0 ? everyFlag : anywhere;
  for (const object of question.objects) {
    const found = sumUp(holdingsFor(compiled, question, object));
    if (!found.best) return denyObject(compiled, question, object);
    hostAccess &&= found.anyHostAccess;
    seeSecrets &&= found.anySeeSecrets;
    best = found.best;
  }
  const reason = `allowed by the role ${best.grant.role} ${describeScope(best, question.engine)}`;
  return { allow: true, reason, grantId: best.grant.id, hostAccess, seeSecrets, ...(scoped ? { scoped } : {}) };
}

function reaches(compiled: Compiled, question: Question, object: ScopeObject): boolean {
  for (const _ of holdingsFor(compiled, question, object)) return true;
  return false;
}

/** The live holdings that allow the operation: on the object, or without one on anything there. */
function* holdingsFor(
  compiled: Compiled,
  { operation, engine, nowMs }: Question,
  object: ScopeObject | undefined,
  key: Operation | `any:${string}` = operation,
): Generator<Holding> {
  for (const group of groupsFor(compiled, engine)) {
    const index = indexFor(group, key);
    for (const holding of index.whole) if (nowMs < holding.untilMs) yield holding;
    const scoped = object && !object.shared ? candidates(index, object) : index.scoped;
    for (const holding of scoped) {
      if (nowMs >= holding.untilMs) continue;
      if (!object || object.shared || isInScope(holding.grant.resource ?? {}, object)) yield holding;
    }
  }
}

const everyFlag = { hostAccess: true, seeSecrets: true };

/**
 * The strongest of the holdings, and their flags: those that hold on every object that they reach (of whole grants any,
 * of scopes all), and those that hold when all of them reach the same object (any).
 */
function sumUp(holdings: Iterable<Holding>) {
  let best: Holding | undefined;
  const sum = { hostAccess: false, seeSecrets: false };
  const scopes = { ...everyFlag };
  let [scoped, anyHostAccess, anySeeSecrets] = [true, false, false];
  for (const holding of holdings) {
    const { hostAccess = false, seeSecrets = false } = holding.role ?? {};
    anyHostAccess ||= hostAccess;
    anySeeSecrets ||= seeSecrets;
    if (holding.grant.resource) {
      scopes.hostAccess &&= hostAccess;
      scopes.seeSecrets &&= seeSecrets;
    } else {
      scoped = false;
      sum.hostAccess ||= hostAccess;
      sum.seeSecrets ||= seeSecrets;
    }
    if (!best || isStronger(holding, best)) best = holding;
  }
  return { best, scoped, anyHostAccess, anySeeSecrets, ...(best && scoped ? scopes : sum) };
}

/** The reason names the strongest grant, which is the one that someone would have to take away. */
function isStronger(one: Holding, other: Holding): boolean {
  const isWhole = one.grant.resource === undefined;
  if (isWhole !== (other.grant.resource === undefined)) return isWhole;
  return (one.role?.operations.size ?? 0) > (other.role?.operations.size ?? 0);
}

function deny(reason: string): Decision {
  return { allow: false, reason, hostAccess: false, seeSecrets: false };
}

function denyObject(compiled: Compiled, question: Question, object: ScopeObject): Decision {
  const { operation, engine } = question;
  for (const seen of holdingsFor(compiled, question, object, `any:${object.kind}`)) {
    return deny(
      `${operation} on the ${object.kind} ${object.names[0] ?? ''} is not among what the role ${seen.grant.role} may do ${describeScope(seen, engine)}`,
    );
  }
  const name = object.names[0] ?? 'without a name';
  return { ...deny(`the ${object.kind} ${name} is out of the scope of every grant`), outOfScope: object };
}

function describeScope({ grant }: Holding, engine: EngineRef | undefined): string {
  const { scope, resource } = grant;
  const place =
    scope.kind === 'tag'
      ? `on the tag ${scope.value}`
      : scope.kind === 'engine' && engine
        ? `on the engine ${engine.name}`
        : 'everywhere';
  return resource ? `${place} (${describeResource(resource)})` : place;
}

function denial(compiled: Compiled, { operation, engine, nowMs }: Question): string {
  const where = engine ? `on the engine ${engine.name}` : 'in the console';
  const here = groupsFor(compiled, engine).flatMap(({ holdings }) => holdings);
  const live = here.filter((holding) => nowMs < holding.untilMs);
  if (!isScopable(operation) && live.some(({ role, grant }) => grant.resource && role?.operations.has(operation))) {
    return `${operation} works on the whole of an engine, and the grant ${where} reaches only some objects there`;
  }
  if (live.length > 0) {
    const names = [...new Set(live.map((holding) => holding.grant.role))].sort().join(', ');
    return `${operation} is not among what the role ${names} may do ${where}`;
  }
  return here.length > 0 ? `the grant ${where} has expired` : `there is no grant ${where}`;
}
