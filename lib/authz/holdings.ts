import type { EngineRef, Grant, Role, RoleBook, ScopeObject } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { imageForms, parseImagePattern, projectLabel } from './resource-scope.ts';
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
  byName: PatternIndex;
  byImage: PatternIndex;
  /** What all of `scoped` sum up to; worked out when first asked for, and again when one of them begins or ends. */
  sum?: { value: HoldingSum; fromMs: number; untilMs: number };
}

/** By the part of a pattern before its first star; or, where that is empty, by the part after its last one. */
interface PatternIndex {
  starts: PartIndex;
  ends: PartIndex;
}

interface PartIndex {
  lengths: Set<number>;
  holdings: Map<string, Holding[]>;
}

/** What several holdings allow together. */
export interface HoldingSum {
  /** The strongest, which is the one that someone would have to take away. */
  best: Holding | undefined;
  /** Whether one of them, and whether each, carries the flag. */
  any: Flags;
  every: Flags;
}

export interface Flags {
  hostAccess: boolean;
  seeSecrets: boolean;
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
    byName: createPatternIndex(),
    byImage: createPatternIndex(),
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
  else if (name !== undefined) addPattern(index.byName, name, holding);
  for (const pattern of images) addPattern(index.byImage, parseImagePattern(pattern).rest, holding);
}

function createPatternIndex(): PatternIndex {
  const part = (): PartIndex => ({ lengths: new Set(), holdings: new Map() });
  return { starts: part(), ends: part() };
}

function addPattern({ starts, ends }: PatternIndex, pattern: string, holding: Holding): void {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  const [index, part] = first === '' && last !== '' ? [ends, last] : [starts, first];
  index.lengths.add(part.length);
  push(index.holdings, part, holding);
}

function push(map: Map<string, Holding[]>, key: string, holding: Holding): void {
  const list = map.get(key);
  if (list) list.push(holding);
  else map.set(key, [holding]);
}

/**
 * Calls `take` with the scoped holdings that may reach the object (isInScope has the last word; one may come twice),
 * until it returns true. No generator: a list of 10,000 asks this for every row.
 */
export function someCandidate(
  index: HoldingIndex,
  { kind, names, labels }: ScopeObject,
  take: (holding: Holding) => boolean,
): boolean {
  if (kind === 'image') {
    const forms = names.flatMap((name) => [...imageForms(name, 'any'), ...imageForms(name)]);
    return forms.some((form) => someByPattern(index.byImage, form, take));
  }
  if (labels) {
    if (index.byProject.size > 0) {
      const project = labels[projectLabel];
      if (project !== undefined && some(index.byProject.get(project), take)) return true;
    }
    if (index.byLabel.size > 0) {
      for (const key of Object.keys(labels)) {
        if (some(index.byLabel.get(key), take) || some(index.byLabel.get(`${key}=${labels[key]}`), take)) return true;
      }
    }
  }
  return names.some((name) => someByPattern(index.byName, name, take));
}

function some(holdings: readonly Holding[] | undefined, take: (holding: Holding) => boolean): boolean {
  return holdings?.some(take) ?? false;
}

function someByPattern({ starts, ends }: PatternIndex, text: string, take: (holding: Holding) => boolean): boolean {
  for (const length of starts.lengths) if (some(starts.holdings.get(text.slice(0, length)), take)) return true;
  for (const length of ends.lengths) {
    if (some(ends.holdings.get(text.slice(text.length - length)), take)) return true;
  }
  return false;
}

/** The sum of no holdings: nothing is allowed, and what each of none carries is everything. */
export function emptySum(): HoldingSum {
  return {
    best: undefined,
    any: { hostAccess: false, seeSecrets: false },
    every: { hostAccess: true, seeSecrets: true },
  };
}

/** Adds a holding that is known to allow. */
export function addToSum(sum: HoldingSum, holding: Holding): void {
  const { hostAccess = false, seeSecrets = false } = holding.role ?? {};
  sum.any.hostAccess ||= hostAccess;
  sum.any.seeSecrets ||= seeSecrets;
  sum.every.hostAccess &&= hostAccess;
  sum.every.seeSecrets &&= seeSecrets;
  if (!sum.best || (holding.role?.operations.size ?? 0) > (sum.best.role?.operations.size ?? 0)) sum.best = holding;
}

/** The sum of all scoped holdings of the index that are live at `nowMs`. */
export function sumOfScoped(index: HoldingIndex, nowMs: number): HoldingSum {
  const known = index.sum;
  if (known && nowMs >= known.fromMs && nowMs < known.untilMs) return known.value;
  const value = emptySum();
  let untilMs = Number.POSITIVE_INFINITY;
  for (const holding of index.scoped) {
    if (nowMs >= holding.untilMs) continue;
    untilMs = Math.min(untilMs, holding.untilMs);
    addToSum(value, holding);
  }
  index.sum = { value, fromMs: nowMs, untilMs };
  return value;
}
