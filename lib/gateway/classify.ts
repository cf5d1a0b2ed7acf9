import { repositoryOf } from '#lib/authz/resource-scope.ts';
import { appError } from '#lib/shared/errors.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import type { Classified, TargetRef } from './classified.ts';
import { operations } from './operations.ts';
import { parseQuery } from './parse-query.ts';
import type { OperationSpec } from './spec.ts';
import { splitPath } from './split-path.ts';

/** One segment of a template: a literal, or a parameter that takes one segment (`{id}`) or several (`{name*}`). */
type Part = { literal: string } | { param: string; many: boolean };

interface Route {
  spec: OperationSpec;
  parts: Part[];
}

const routes: Route[] = Object.values(operations)
  .map((spec) => ({ spec, parts: spec.path.slice(1).split('/').map(parsePart) }))
  // Literals win over parameters, as `/images/get` over a name: more literals first.
  .sort((a, b) => countLiterals(b.parts) - countLiterals(a.parts));

/** By method and first segment, which is a literal in every template (a test holds that). */
const routesByStart = Map.groupBy(routes, ({ spec }) => `${spec.method} ${spec.path.split('/')[1] ?? ''}`);

/**
 * Names the operation. Pure. `rawPath` and `rawQuery` exactly as the client sent them. Throws bad-request for malformed
 * paths and queries and for API versions below 1.25, forbidden for what the table does not know.
 */
export function classify(method: string, rawPath: string, rawQuery: string): Classified {
  const { version, segments } = splitPath(rawPath);
  const found = findRoute(method, segments);
  if (!found) {
    throw appError(
      'forbidden',
      `Pilothouse does not know the operation ${method} /${segments.join('/')}, so it is denied.`,
    );
  }
  const query = parseQuery(found.spec, rawQuery);
  const spec = found.spec.path === '/images/create' ? pullOrImport(query) : found.spec;
  const classified = { operation: spec.name, spec, version, params: found.params, query };
  return { ...classified, targets: findTargets(classified) };
}

function findRoute(method: string, segments: string[]) {
  for (const { spec, parts } of routesByStart.get(`${method} ${segments[0] ?? ''}`) ?? []) {
    const params = match(parts, segments);
    if (params) return { spec, params };
  }
  return undefined;
}

/** At most one parameter of a template takes several segments, so there is one way to match at most. */
function match(parts: Part[], segments: string[]): Record<string, string> | undefined {
  const spare = segments.length - parts.length;
  if (spare < 0) return undefined;
  const params: Record<string, string> = {};
  let at = 0;
  for (const part of parts) {
    if ('literal' in part) {
      if (segments[at++] !== part.literal) return undefined;
      continue;
    }
    const taken = segments.slice(at, at + 1 + (part.many ? spare : 0));
    // A slash inside a decoded segment belongs to names that may have one; elsewhere it would move the engine's match.
    if (!part.many && taken.some((segment) => segment.includes('/'))) return undefined;
    params[part.param] = taken.join('/');
    at += taken.length;
  }
  return at === segments.length ? params : undefined;
}

function parsePart(segment: string): Part {
  const param = /^\{(\w+)(\*?)\}$/.exec(segment);
  return param?.[1] === undefined ? { literal: segment } : { param: param[1], many: param[2] === '*' };
}

function countLiterals(parts: Part[]): number {
  return parts.filter((part) => 'literal' in part).length;
}

/** `/images/create` is two operations: the engine pulls when fromImage is there and imports otherwise. */
function pullOrImport(query: Classified['query']): OperationSpec {
  const has = (name: string) => query.some(([key, value]) => key === name && value !== '');
  if (has('fromImage') && has('fromSrc')) {
    throw appError('bad-request', 'The parameters fromImage and fromSrc exclude each other.');
  }
  const name: EngineOperation = has('fromImage') ? 'image.pull' : 'image.import';
  if (name === 'image.import' && !has('fromSrc')) {
    throw appError('bad-request', 'One of the parameters fromImage and fromSrc must be given.');
  }
  return operations[name];
}

function findTargets(classified: Omit<Classified, 'targets'>): TargetRef[] {
  const { spec, params, query } = classified;
  const single = (name: string) => query.find(([key]) => key === name)?.[1] ?? '';
  return spec.targets.flatMap((target) => {
    if (target.from === 'body') return [];
    const names =
      target.from === 'path'
        ? [params[target.param] ?? '']
        : query.filter(([key, value]) => key === target.param && value !== '').map(([, value]) => value);
    if (names.length === 0 && !target.makes) {
      throw appError('bad-request', `The parameter ${target.param} is missing: it names the ${target.kind}.`);
    }
    const tagged =
      target.kind === 'image' && 'tag' in spec.query && (target.makes === true || spec.name === 'image.push');
    return names.map((name) => ({ ...target, name: tagged ? withTag(name, single('tag')) : name }));
  });
}

/** A tag parameter may hold a digest. Engines take it in place of the one in the name, which is not there then. */
function withTag(whole: string, tag: string): string {
  if (tag === '') return whole;
  const name = repositoryOf(whole);
  return tag.includes(':') ? `${name}@${tag}` : `${name}:${tag}`;
}
