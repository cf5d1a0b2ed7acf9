import type { Decision, EngineRef, Grant, ResourceScope, RoleBook, ScopeObject } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { type Access, authorize } from './authorize.ts';
import {
  describeResource,
  isInScope,
  matchesImage,
  matchesPattern,
  parseSelector,
  projectLabel,
} from './resource-scope.ts';
import { builtInRoleBook } from './roles.ts';
import { isScopable } from './scopable.ts';

export interface Question {
  operation: Operation;
  /** Undefined: the console itself. */
  engine: EngineRef | undefined;
  /** The real object; absent: on something there. */
  object?: ScopeObject;
  nowMs: number;
}

/** One grant that was looked at. */
export interface GrantVerdict {
  grant: Grant;
  /** limit: of a token's own grants, which allow nothing that the owner's grants do not. */
  list: 'grant' | 'limit';
  /** By itself it allows what is asked. */
  allows: boolean;
  /** What it lacks, in words; empty when it allows. */
  lacks: string[];
}

export interface Explanation {
  /** The very decision of `authorize`, as the door makes it. */
  decision: Decision;
  verdicts: GrantVerdict[];
}

/**
 * Why a decision is as it is: which grants were looked at, which of them allow it, and what each of the others lacks.
 * Each verdict is a decision of `authorize` on that grant alone, so that an explanation can't say anything else than the
 * door does; the words only name the reasons. Pure.
 */
export function explain(access: Access, question: Question): Explanation {
  const { operation, engine, object, nowMs } = question;
  const objects = object ? [object] : [];
  const roles = access.roles ?? builtInRoleBook;
  const judge =
    (list: GrantVerdict['list']) =>
    (grant: Grant): GrantVerdict => {
      const { allow } = authorize({ grants: [grant], roles }, operation, engine, nowMs, objects);
      return { grant, list, allows: allow, lacks: allow ? [] : lacksOf(grant, roles, question) };
    };
  return {
    decision: authorize(access, operation, engine, nowMs, objects),
    verdicts: [...access.grants.map(judge('grant')), ...(access.limits ?? []).map(judge('limit'))],
  };
}

function lacksOf(grant: Grant, roles: RoleBook, { operation, engine, object, nowMs }: Question): string[] {
  const { role: name, scope, resource, expiresAt } = grant;
  const role = roles.get(name);
  const inConsole = operation.startsWith('console.');
  const lacks: string[] = [];
  if (expiresAt !== undefined && expiresAt <= nowMs) lacks.push('it has expired');
  if (!role) lacks.push(`the role ${name} is not there any more`);
  else if (!role.operations.has(operation)) lacks.push(`the role ${name} does not have ${operation}`);
  if (inConsole && (scope.kind !== 'all' || resource)) lacks.push('the console itself takes a grant everywhere');
  if (!inConsole && engine && scope.kind === 'engine' && scope.value !== engine.id)
    lacks.push('it is on another engine');
  if (!inConsole && engine && scope.kind === 'tag' && !engine.tags.includes(scope.value)) {
    lacks.push(`the engine ${engine.name} does not have the tag ${scope.value}`);
  }
  if (!inConsole && resource) lacks.push(...lacksOfScope(resource, operation, object));
  return lacks.length > 0 ? lacks : ['it does not reach this'];
}

function lacksOfScope(resource: ResourceScope, operation: Operation, object: ScopeObject | undefined): string[] {
  if (!isScopable(operation)) {
    return [`${operation} works on the whole of an engine, and it reaches only ${describeResource(resource)}`];
  }
  if (!object || object.shared || isInScope(resource, object)) return [];
  return describeMiss(resource, object);
}

/** What of the scope does not hold for the object: `the label team=a is missing`. */
function describeMiss(resource: ResourceScope, object: ScopeObject): string[] {
  const { labels = [], project, name, images = [] } = resource;
  if (object.kind === 'image') {
    if (images.length === 0) return ['it reaches no image'];
    if (object.names.length === 0) return ['an image without a name is reached by grants on whole engines alone'];
    const outside = object.names.filter((each) => !images.some((pattern) => matchesImage(pattern, each)));
    return [`${outside.join(', ')} does not match ${images.join(', ')}`];
  }
  if (labels.length === 0 && project === undefined && name === undefined) return ['it reaches images alone'];
  const found: string[] = [];
  const own = object.labels?.[projectLabel];
  if (project !== undefined && own !== project) {
    found.push(
      own === undefined ? `it is not of the project ${project}` : `it is of the project ${own}, not ${project}`,
    );
  }
  for (const selector of labels) {
    const { key, value } = parseSelector(selector);
    const has = object.labels?.[key];
    if (has === undefined) found.push(`the label ${selector} is missing`);
    else if (value !== undefined && has !== value) found.push(`its label ${key} is ${has}, not ${value}`);
  }
  if (name !== undefined && !object.names.some((each) => matchesPattern(name, each))) {
    found.push(`the name ${object.names[0] ?? ''} does not match ${name}`);
  }
  return found;
}
