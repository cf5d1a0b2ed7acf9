import type { EngineRef, Grant, Role, RoleBook, ScopeObject } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { projectLabel, shortImage } from './resource-scope.ts';
import { isScopable } from './scopable.ts';

/** All grants of one role in one scope, as the one that lasts longest: the others can't change a decision. */
export interface Holding {
  grant: Grant;
  /** Undefined: a role that is not in the book, which allows nothing. */
  role: Role | undefined;
  untilMs: number;
  /** Whether the role has any operation of an engine. */
  onEngines: boolean;
}

/** The holdings of one place (everywhere, a tag, an engine), and by operation for decisions. */
export interface Group {
  holdings: Holding[];
  byKey: Map<string, Holding>;
  indexes: Map<Operation | `any:${string}`, HoldingIndex>;
}

export interface Compiled {
  all: Group;
  tag: Map<string, Group>;
  engine: Map<string, Group>;
}

/** The holdings that allow one operation, so that an object meets only those that could reach it, and not 1,000. */
export interface HoldingIndex {
  whole: Holding[];
  scoped: Holding[];
  byProject: Map<string, Holding[]>;
  byLabel: Map<string, Holding[]>;
  byName: PrefixIndex;
  byImage: PrefixIndex;
}

/** By the part of a pattern before its first star. */
interface PrefixIndex {
  lengths: Set<number>;
  holdings: Map<string, Holding[]>;
}

const compiledByRoles = new WeakMap<RoleBook, WeakMap<readonly Grant[], Compiled>>();

/** Grants by scope and role, worked out once per principal. Kept by the identity of the array, which must not change. */
export function compile(grants: readonly Grant[], roles: RoleBook): Compiled {
  let byGrants = compiledByRoles.get(roles);
  if (!byGrants) {
    byGrants = new WeakMap();
    compiledByRoles.set(roles, byGrants);
  }
  let compiled = byGrants.get(grants);
  if (!compiled) {
    compiled = { all: createGroup(), tag: new Map(), engine: new Map() };
    for (const grant of grants) addGrant(compiled, grant, roles);
    byGrants.set(grants, compiled);
  }
  return compiled;
}

function createGroup(): Group {
  return { holdings: [], byKey: new Map(), indexes: new Map() };
}

function addGrant(compiled: Compiled, grant: Grant, roles: RoleBook): void {
  const group = groupOf(compiled, grant);
  if (!group) return;
  const untilMs = grant.expiresAt ?? Number.POSITIVE_INFINITY;
  const key = grant.resource ? `${grant.role} ${JSON.stringify(grant.resource)}` : grant.role;
  const held = group.byKey.get(key);
  if (held) {
    if (untilMs > held.untilMs) Object.assign(held, { grant, untilMs });
    return;
  }
  const role = roles.get(grant.role);
  const onEngines = role !== undefined && [...role.operations].some((operation) => !operation.startsWith('console.'));
  const holding = { grant, role, untilMs, onEngines };
  group.byKey.set(key, holding);
  group.holdings.push(holding);
}

function groupOf(compiled: Compiled, { scope }: Grant): Group | undefined {
  if (scope.kind === 'all') return compiled.all;
  // Rows come from a database: a kind of scope that this version does not know must not widen to "everywhere".
  const groups = scope.kind === 'tag' ? compiled.tag : scope.kind === 'engine' ? compiled.engine : undefined;
  if (!groups) return undefined;
  let group = groups.get(scope.value);
  if (!group) {
    group = createGroup();
    groups.set(scope.value, group);
  }
  return group;
}

/** The groups that hold on the engine; without one (the console itself) those that hold everywhere. */
export function groupsFor(compiled: Compiled, engine: EngineRef | undefined): Group[] {
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

/** The group's holdings whose role has the operation, or (`any:container`) any operation on that kind of object. */
export function indexFor(group: Group, key: Operation | `any:${string}`): HoldingIndex {
  let index = group.indexes.get(key);
  if (!index) {
    index = createIndex(group.holdings, key);
    group.indexes.set(key, index);
  }
  return index;
}

function createIndex(holdings: readonly Holding[], key: Operation | `any:${string}`): HoldingIndex {
  const index: HoldingIndex = {
    whole: [],
    scoped: [],
    byProject: new Map(),
    byLabel: new Map(),
    byName: { lengths: new Set(), holdings: new Map() },
    byImage: { lengths: new Set(), holdings: new Map() },
  };
  for (const holding of holdings) {
    const { role, grant } = holding;
    if (!role || !roleHas(role, key)) continue;
    if (!grant.resource) index.whole.push(holding);
    else if (isAny(key) || isScopable(key)) addScoped(index, holding);
  }
  return index;
}

function isAny(key: Operation | `any:${string}`): key is `any:${string}` {
  return key.startsWith('any:');
}

function roleHas(role: Role, key: Operation | `any:${string}`): boolean {
  if (!isAny(key)) return role.operations.has(key);
  const kind = key.slice('any:'.length);
  const nouns = kind === 'container' ? ['container.', 'exec.'] : [`${kind}.`];
  return [...role.operations].some((operation) => nouns.some((noun) => operation.startsWith(noun)));
}

function addScoped(index: HoldingIndex, holding: Holding): void {
  index.scoped.push(holding);
  const { project, labels = [], name, images = [] } = holding.grant.resource ?? {};
  const [label] = labels;
  // By the first part that can be looked up; whether the others hold, too, is for isInScope.
  if (project !== undefined) push(index.byProject, project, holding);
  else if (label !== undefined) push(index.byLabel, label, holding);
  else if (name !== undefined) addPrefix(index.byName, name, holding);
  for (const pattern of images) addPrefix(index.byImage, shortImage(pattern), holding);
}

function addPrefix({ lengths, holdings }: PrefixIndex, pattern: string, holding: Holding): void {
  const prefix = pattern.split('*', 1)[0] ?? '';
  lengths.add(prefix.length);
  push(holdings, prefix, holding);
}

function push(map: Map<string, Holding[]>, key: string, holding: Holding): void {
  const list = map.get(key);
  if (list) list.push(holding);
  else map.set(key, [holding]);
}

/** The scoped holdings that may reach the object; isInScope has the last word. May name one twice. */
export function* candidates(index: HoldingIndex, { kind, names, labels = {} }: ScopeObject): Generator<Holding> {
  if (kind === 'image') {
    for (const name of names) yield* byPrefix(index.byImage, shortImage(name));
    return;
  }
  const project = labels[projectLabel];
  if (project !== undefined) yield* index.byProject.get(project) ?? [];
  if (index.byLabel.size > 0) {
    for (const [key, value] of Object.entries(labels)) {
      yield* index.byLabel.get(key) ?? [];
      yield* index.byLabel.get(`${key}=${value}`) ?? [];
    }
  }
  for (const name of names) yield* byPrefix(index.byName, name);
}

function* byPrefix({ lengths, holdings }: PrefixIndex, text: string): Generator<Holding> {
  for (const length of lengths) yield* holdings.get(text.slice(0, length)) ?? [];
}
