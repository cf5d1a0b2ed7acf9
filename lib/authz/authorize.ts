import type { Decision, EngineRef, Grant } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { builtInRoleBook, type Role, type RoleBook } from './roles.ts';

/**
 * Whether these grants allow the operation on the engine (undefined: the console itself) at `nowMs`. Pure; default deny.
 * Grants add up: one that allows suffices, and the flags are those of the grants that allow this very operation, so
 * that host access of a role that can't create does not leak into one that can. Grants must not be changed in place:
 * what is worked out of them is kept by the identity of the array.
 */
export function authorize(
  grants: readonly Grant[],
  operation: Operation,
  engine: EngineRef | undefined,
  nowMs: number,
  roles: RoleBook = builtInRoleBook,
): Decision {
  // The console is no engine: a grant on one engine or tag is not a grant on the console.
  const place = operation.startsWith('console.') ? undefined : engine;
  const compiled = compile(grants, roles);
  let best: Holding | undefined;
  let hostAccess = false;
  let seeSecrets = false;
  for (const group of groupsFor(compiled, place)) {
    for (const holding of group) {
      if (nowMs >= holding.untilMs || !holding.role?.operations.has(operation)) continue;
      hostAccess ||= holding.role.hostAccess;
      seeSecrets ||= holding.role.seeSecrets;
      // The reason names the strongest grant, which is the one that someone would have to take away.
      if (!best?.role || holding.role.operations.size > best.role.operations.size) best = holding;
    }
  }
  if (!best) {
    return { allow: false, reason: denial(compiled, operation, place, nowMs), hostAccess: false, seeSecrets: false };
  }
  const reason = `allowed by the role ${best.grant.role} ${describeScope(best.grant, place)}`;
  return { allow: true, reason, grantId: best.grant.id, hostAccess, seeSecrets };
}

/** Whether any grant reaches this engine at all; without one its very existence is not told. */
export function coversEngine(
  grants: readonly Grant[],
  engine: EngineRef,
  nowMs: number,
  roles: RoleBook = builtInRoleBook,
): boolean {
  for (const group of groupsFor(compile(grants, roles), engine)) {
    for (const holding of group) if (nowMs < holding.untilMs && holding.onEngines) return true;
  }
  return false;
}

/** All grants of one role in one scope, as the one that lasts longest: the others can't change a decision. */
interface Holding {
  grant: Grant;
  /** Undefined: a role that is not in the book, which allows nothing. */
  role: Role | undefined;
  untilMs: number;
  /** Whether the role has any operation of an engine. */
  onEngines: boolean;
}

interface Compiled {
  all: Holding[];
  tag: Map<string, Holding[]>;
  engine: Map<string, Holding[]>;
}

const compiledByRoles = new WeakMap<RoleBook, WeakMap<readonly Grant[], Compiled>>();

/** Grants by scope and role, worked out once per principal: a decision then looks at a few holdings, not at 1,000 rows. */
function compile(grants: readonly Grant[], roles: RoleBook): Compiled {
  let byGrants = compiledByRoles.get(roles);
  if (!byGrants) {
    byGrants = new WeakMap();
    compiledByRoles.set(roles, byGrants);
  }
  let compiled = byGrants.get(grants);
  if (!compiled) {
    compiled = { all: [], tag: new Map(), engine: new Map() };
    for (const grant of grants) addGrant(compiled, grant, roles);
    byGrants.set(grants, compiled);
  }
  return compiled;
}

function addGrant(compiled: Compiled, grant: Grant, roles: RoleBook): void {
  const group = groupOf(compiled, grant);
  if (!group) return;
  const untilMs = grant.expiresAt ?? Number.POSITIVE_INFINITY;
  const held = group.find((holding) => holding.grant.role === grant.role);
  if (held) {
    if (untilMs > held.untilMs) Object.assign(held, { grant, untilMs });
    return;
  }
  const role = roles.get(grant.role);
  const onEngines = role !== undefined && [...role.operations].some((operation) => !operation.startsWith('console.'));
  group.push({ grant, role, untilMs, onEngines });
}

function groupOf(compiled: Compiled, { scope }: Grant): Holding[] | undefined {
  if (scope.kind === 'all') return compiled.all;
  // Rows come from a database: a kind of scope that this version does not know must not widen to "everywhere".
  const groups = scope.kind === 'tag' ? compiled.tag : scope.kind === 'engine' ? compiled.engine : undefined;
  if (!groups) return undefined;
  let group = groups.get(scope.value);
  if (!group) {
    group = [];
    groups.set(scope.value, group);
  }
  return group;
}

function groupsFor(compiled: Compiled, engine: EngineRef | undefined): Holding[][] {
  const groups = [compiled.all];
  if (!engine) return groups;
  const own = compiled.engine.get(engine.id);
  if (own) groups.push(own);
  for (const tag of engine.tags) {
    const tagged = compiled.tag.get(tag);
    if (tagged) groups.push(tagged);
  }
  return groups;
}

function describeScope(grant: Grant, engine: EngineRef | undefined): string {
  if (grant.scope.kind === 'tag') return `on the tag ${grant.scope.value}`;
  return grant.scope.kind === 'engine' && engine ? `on the engine ${engine.name}` : 'everywhere';
}

function denial(compiled: Compiled, operation: Operation, engine: EngineRef | undefined, nowMs: number): string {
  const where = engine ? `on the engine ${engine.name}` : 'in the console';
  const here = groupsFor(compiled, engine).flat();
  const live = here.filter((holding) => nowMs < holding.untilMs).map((holding) => holding.grant.role);
  if (live.length > 0) {
    return `${operation} is not among what the role ${[...new Set(live)].sort().join(', ')} may do ${where}`;
  }
  return here.length > 0 ? `the grant ${where} has expired` : `there is no grant ${where}`;
}
