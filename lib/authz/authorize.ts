import type { Decision, EngineRef, ResourceScope, ScopeObject, UserPrincipal } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import {
  addToSum,
  type Compiled,
  compile,
  emptySum,
  type Flags,
  groupsFor,
  type Holding,
  type HoldingIndex,
  type HoldingSum,
  indexFor,
  someCandidate,
  sumOfScoped,
} from './holdings.ts';
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
  if (!access.limits || decision.outOfScope) return decision;
  const limit = decide(compile(access.limits, roles), question);
  // Of two refusals the one that hides has the last word, or the other would tell that there is something to refuse.
  if (!decision.allow && !limit.outOfScope) return decision;
  if (!limit.allow) return { ...limit, reason: `the token's own grants do not allow it: ${limit.reason}` };
  return {
    ...decision,
    hostAccess: decision.hostAccess && limit.hostAccess,
    seeSecrets: decision.seeSecrets && limit.seeSecrets,
    ...(limit.scoped ? { scoped: true } : {}),
    ...(limit.varies ? { varies: true } : {}),
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
  const sets = indexesFor(access, operation, engine);
  return (object) => sets.every((indexes) => indexes.some((index) => isReached(index, nowMs, object)));
}

/** How an object of a list is shown: not at all, with its secrets masked, or as it is. */
export type Look = 'hidden' | 'masked' | 'plain';

/**
 * The same with the right to see secrets, which may differ from object to object. Undefined: every object is seen, and
 * all alike, as `authorize` without objects says.
 */
export function lookAt(
  access: Access,
  operation: Operation,
  engine: EngineRef,
  nowMs: number,
): ((object: ScopeObject) => Look) | undefined {
  const decision = authorize(access, operation, engine, nowMs);
  if (!decision.allow) return () => 'hidden';
  if (!decision.scoped && !decision.varies) return undefined;
  const sets = indexesFor(access, operation, engine).map((indexes) => ({ indexes, whole: sumOfWhole(indexes, nowMs) }));
  return (object) => {
    let look: Look = 'plain';
    for (const { indexes, whole } of sets) {
      const own = lookInto(indexes, nowMs, whole, object);
      if (own === 'hidden') return own;
      if (own === 'masked') look = own;
    }
    return look;
  };
}

/** What sumOn would tell, without making a sum: a list of 10,000 asks this for every row. */
function lookInto(indexes: readonly HoldingIndex[], nowMs: number, whole: HoldingSum, object: ScopeObject): Look {
  let seen = whole.best !== undefined;
  let plain = whole.any.seeSecrets;
  const take = ({ role }: Holding) => {
    seen = true;
    plain ||= role?.seeSecrets ?? false;
    return plain;
  };
  for (const index of indexes) {
    if (plain) break;
    if (!object.shared) someReaching(index, nowMs, object, take);
    else {
      const { best, any } = sumOfScoped(index, nowMs);
      seen ||= best !== undefined;
      plain ||= any.seeSecrets;
    }
  }
  return plain ? 'plain' : seen ? 'masked' : 'hidden';
}

function indexesFor(access: Access, operation: Operation, engine: EngineRef): HoldingIndex[][] {
  const roles = access.roles ?? builtInRoleBook;
  return [access.grants, ...(access.limits ? [access.limits] : [])].map((grants) =>
    groupsFor(compile(grants, roles), engine).map((group) => indexFor(group, operation)),
  );
}

/**
 * The scopes in which the operation is allowed now, one list for the grants and one for the limits of a token, without
 * those lists that a grant on the whole of the engine makes needless. For creating: a new object must fit into each.
 */
export function scopesFor(access: Access, operation: Operation, engine: EngineRef, nowMs: number): ResourceScope[][] {
  return indexesFor(access, operation, engine)
    .filter((indexes) => sumOfWhole(indexes, nowMs).best === undefined)
    .map((indexes) =>
      indexes.flatMap((index) =>
        index.scoped.filter(({ untilMs }) => nowMs < untilMs).map(({ grant }) => grant.resource ?? {}),
      ),
    );
}

function isReached(index: HoldingIndex, nowMs: number, object: ScopeObject): boolean {
  if (index.whole.some((holding) => nowMs < holding.untilMs)) return true;
  if (object.shared) return sumOfScoped(index, nowMs).best !== undefined;
  return someReaching(index, nowMs, object, () => true);
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
  const { operation, nowMs, objects } = question;
  const indexes = groupsFor(compiled, question.engine).map((group) => indexFor(group, operation));
  const whole = sumOfWhole(indexes, nowMs);
  const scoped = emptySum();
  for (const index of indexes) addSum(scoped, sumOfScoped(index, nowMs));
  // Of several grants on the whole any lends its flags; of scopes, which reach different objects, only what all have.
  let best = whole.best ?? scoped.best;
  let flags = whole.best ? whole.any : scoped.every;
  if (!best) {
    // What nobody showed is not there, whatever else would forbid the operation on it.
    const hidden = objects.find((object) => !seenBest(compiled, question, object));
    return { ...deny(denial(compiled, question)), ...(hidden ? { outOfScope: hidden } : {}) };
  }
  const varies = scoped.best && (whole.best ? isStrongerSomewhere(whole.any, scoped.any) : !isAlike(scoped));
  if (objects.length > 0) flags = { hostAccess: true, seeSecrets: true };
  for (const object of objects) {
    const sum = sumOn(indexes, nowMs, whole, object);
    if (!sum.best) return denyObject(compiled, question, object);
    flags.hostAccess &&= sum.any.hostAccess;
    flags.seeSecrets &&= sum.any.seeSecrets;
    best = sum.best;
  }
  const reason = `allowed by the role ${best.grant.role} ${describeScope(best, question.engine)}`;
  return {
    allow: true,
    reason,
    grantId: best.grant.id,
    ...flags,
    ...(whole.best ? {} : { scoped: true }),
    ...(varies ? { varies: true } : {}),
  };
}

function sumOfWhole(indexes: readonly HoldingIndex[], nowMs: number): HoldingSum {
  const whole = emptySum();
  for (const index of indexes) for (const holding of index.whole) if (nowMs < holding.untilMs) addToSum(whole, holding);
  return whole;
}

function isStrongerSomewhere(whole: Flags, scoped: Flags): boolean {
  return (scoped.hostAccess && !whole.hostAccess) || (scoped.seeSecrets && !whole.seeSecrets);
}

function isAlike({ any, every }: HoldingSum): boolean {
  return any.hostAccess === every.hostAccess && any.seeSecrets === every.seeSecrets;
}

/** What the grants allow on one object: those on the whole of the engine, and those whose scope reaches it. */
function sumOn(indexes: readonly HoldingIndex[], nowMs: number, whole: HoldingSum, object: ScopeObject): HoldingSum {
  const sum = emptySum();
  addSum(sum, whole);
  for (const index of indexes) {
    if (object.shared) addSum(sum, sumOfScoped(index, nowMs));
    else {
      someReaching(index, nowMs, object, (holding) => {
        addToSum(sum, holding);
        return false;
      });
    }
  }
  return sum;
}

function someReaching(
  index: HoldingIndex,
  nowMs: number,
  object: ScopeObject,
  take: (holding: Holding) => boolean,
): boolean {
  return someCandidate(
    index,
    object,
    (holding) => nowMs < holding.untilMs && isInScope(holding.grant.resource ?? {}, object) && take(holding),
  );
}

function addSum(sum: HoldingSum, { best, any, every }: HoldingSum): void {
  if (!best) return;
  for (const flag of ['hostAccess', 'seeSecrets'] as const) {
    sum.any[flag] ||= any[flag];
    sum.every[flag] &&= every[flag];
  }
  if (!sum.best || isStronger(best, sum.best)) sum.best = best;
}

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
  const name = object.names[0] ?? '';
  const best = seenBest(compiled, question, object);
  if (!best) return { ...deny(`the ${object.kind} ${name} is out of the scope of every grant`), outOfScope: object };
  return deny(
    `${operation} on the ${object.kind} ${name} is not among what the role ${best.grant.role} may do ${describeScope(best, engine)}`,
  );
}

/** The strongest holding that shows the object at all, by whichever operation on its kind. */
function seenBest(compiled: Compiled, { engine, nowMs }: Question, object: ScopeObject): Holding | undefined {
  const indexes = groupsFor(compiled, engine).map((group) => indexFor(group, `any:${object.kind}`));
  // Whose name is in scope is seen, even where every name would have to be.
  return sumOn(indexes, nowMs, sumOfWhole(indexes, nowMs), { ...object, everyName: false }).best;
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
