import { randomBytes } from 'node:crypto';
import { describeResource, matchesPattern, parseSelector, projectLabel } from '#lib/authz/resource-scope.ts';
import type { ResourceScope } from '#lib/shared/access.ts';
import { sharedLabel } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { asPlain } from '../inspect/findings.ts';

/** What a request would make, as it asks for it. */
export interface Wanted {
  kind: 'container' | 'network' | 'volume';
  /** '' when the engine is to choose one. */
  name: string;
  labels: Readonly<Record<string, string>>;
}

export type Labels = Readonly<Record<string, string>>;

/** What makes a new object one of the scope. */
export interface Fit {
  scope: ResourceScope;
  /** To be added. */
  labels: Labels;
  /** To be given, where the request gives none. */
  name?: string;
}

/** The labels that an object of the scope has; a selector without a value gets an empty one. */
export function labelsOf({ project, labels = [] }: ResourceScope): Labels {
  return Object.fromEntries([
    ...labels.map(parseSelector).map(({ key, value = '' }) => [key, value] as const),
    ...(project === undefined ? [] : [[projectLabel, project] as const]),
  ]);
}

/**
 * Chooses the scope that a new object becomes part of: the one whose labels the request carries, or else the only one
 * that it does not contradict. Throws forbidden, naming the scopes, when there is none or the request leaves it open.
 */
export function fitInto(scopes: readonly ResourceScope[], wanted: Wanted): Fit {
  const labelled = distinct(scopes.filter(({ labels = [], project, name }) => labels.length > 0 || project || name));
  if (labelled.length === 0) throw appError('forbidden', `Your grant reaches images alone, and no ${wanted.kind}.`);
  const fits = labelled.flatMap((scope) => fitOne(scope, wanted) ?? []);
  const carried = fits.find((fit) => Object.keys(fit.labels).length === 0);
  if (carried) return carried;
  const [only, ...others] = fits;
  if (only && others.length === 0) return only;
  const names = labelled.map(describeResource).join('; ');
  if (only) {
    throw appError(
      'forbidden',
      `The new ${wanted.kind} could belong to several of your scopes (${fits.map((fit) => describeResource(fit.scope)).join('; ')}): give it the labels of one.`,
    );
  }
  throw appError('forbidden', `${whyNot(labelled, wanted)} Your grant reaches only: ${names}.`);
}

function fitOne(scope: ResourceScope, wanted: Wanted): Fit | undefined {
  const name = nameIn(scope, wanted);
  if (name === undefined || contradiction(scope, wanted.labels)) return undefined;
  const labels = Object.entries(labelsOf(scope)).filter(([key]) => !Object.hasOwn(wanted.labels, key));
  return { scope, labels: Object.fromEntries(labels), ...(name === wanted.name ? {} : { name }) };
}

/** The name asked for if the pattern allows it, or for `prefix*` a new one; undefined: it does not fit. */
function nameIn({ name: pattern }: ResourceScope, { kind, name }: Wanted): string | undefined {
  if (pattern === undefined) return name;
  if (name !== '') return matchesPattern(pattern, name) ? name : undefined;
  if (kind === 'network' || !/^[a-zA-Z0-9][a-zA-Z0-9_.-]*\*$/.test(pattern)) return undefined;
  return `${pattern.slice(0, -1)}${randomBytes(6).toString('hex')}`;
}

/** A label that the request sets to something else than the scope has. */
export function contradiction(scope: ResourceScope, labels: Labels): string | undefined {
  const mustHave = new Set(
    (scope.labels ?? []).filter((selector) => selector.includes('=')).map((s) => parseSelector(s).key),
  );
  if (scope.project !== undefined) mustHave.add(projectLabel);
  return Object.entries(labelsOf(scope)).find(
    ([key, value]) => mustHave.has(key) && Object.hasOwn(labels, key) && labels[key] !== value,
  )?.[0];
}

function whyNot(scopes: readonly ResourceScope[], { kind, name, labels }: Wanted): string {
  const key = scopes.map((scope) => contradiction(scope, labels)).find((found) => found !== undefined);
  if (key !== undefined) return `The label ${key}=${labels[key]} of the new ${kind} is not one of your scope.`;
  if (name === '') return `The new ${kind} needs a name of your scope: give it one.`;
  return `The name ${name} of the new ${kind} is not one of your scope.`;
}

function distinct(scopes: readonly ResourceScope[]): ResourceScope[] {
  return [...new Map(scopes.map((scope) => [describeResource({ ...scope, images: [] }), scope])).values()];
}

/** Who could mark an own object as shared could hand it to every team, and what hides behind its name with it. */
export function refuseSharing(labels: Labels): void {
  if (!Object.hasOwn(labels, sharedLabel)) return;
  throw appError('forbidden', `Only a grant without a scope may set the label ${sharedLabel}.`);
}

/** A map of labels as a body has it; what is no text is none. */
export function textsOf(value: unknown): Labels {
  const entries = Object.entries(asPlain(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
