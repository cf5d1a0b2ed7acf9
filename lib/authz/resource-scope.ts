import type { ResourceScope, ScopeObject } from '#lib/shared/access.ts';

/** The label by which compose marks what belongs to a project. */
export const projectLabel = 'com.docker.compose.project';

/** Whether the object is one of those that the scope names. A scope that names nothing reaches nothing. */
export function isInScope(scope: ResourceScope, object: ScopeObject): boolean {
  if (object.kind === 'image') return isImageInScope(scope.images ?? [], object);
  if (object.kind !== 'container' && object.kind !== 'network' && object.kind !== 'volume') return false;
  const { labels = [], project, name } = scope;
  if (labels.length === 0 && project === undefined && name === undefined) return false;
  if (project !== undefined && object.labels?.[projectLabel] !== project) return false;
  if (!labels.every((selector) => hasLabel(object, selector))) return false;
  return name === undefined || object.names.some((each) => matchesPattern(name, each));
}

function isImageInScope(patterns: readonly string[], { names, everyName }: ScopeObject): boolean {
  const matches = (name: string) => patterns.some((pattern) => matchesImage(pattern, name));
  return names.length > 0 && (everyName ? names.every(matches) : names.some(matches));
}

function hasLabel({ labels }: ScopeObject, selector: string): boolean {
  const { key, value } = parseSelector(selector);
  const has = labels !== undefined && Object.hasOwn(labels, key);
  return has && (value === undefined || labels[key] === value);
}

/** `key` or `key=value`. */
export function parseSelector(selector: string): { key: string; value?: string } {
  const at = selector.indexOf('=');
  return at < 0 ? { key: selector } : { key: selector.slice(0, at), value: selector.slice(at + 1) };
}

/**
 * Whether the pattern names the image `repository[:tag][@digest]`: as a whole, or by its repository alone. Docker Hub's
 * long forms are the short ones: `docker.io/library/redis` is `redis`.
 */
export function matchesImage(pattern: string, image: string): boolean {
  const wanted = shortImage(pattern);
  const name = shortImage(image);
  return matchesPattern(wanted, name) || matchesPattern(wanted, repositoryOf(name));
}

const hubPrefixes = ['index.docker.io/', 'docker.io/', 'library/'];

/** The name as `docker images` shows it. */
export function shortImage(image: string): string {
  let short = image;
  for (const prefix of hubPrefixes) if (short.startsWith(prefix)) short = short.slice(prefix.length);
  return short;
}

/** Without tag and digest; a port of the registry's is no tag. */
export function repositoryOf(image: string): string {
  const bare = image.split('@', 1)[0] ?? image;
  const colon = bare.lastIndexOf(':');
  return colon > bare.lastIndexOf('/') ? bare.slice(0, colon) : bare;
}

/** `*` stands for any characters, everything else for itself. In time linear in the text for each star: no RegExp. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** For people: `project shop`, `name web-*`, `label team=a`, `images shop/*`. */
export function describeResource({ labels = [], project, name, images = [] }: ResourceScope): string {
  return [
    ...(project === undefined ? [] : [`project ${project}`]),
    ...labels.map((label) => `label ${label}`),
    ...(name === undefined ? [] : [`name ${name}`]),
    ...(images.length === 0 ? [] : [`images ${images.join(', ')}`]),
  ].join(', ');
}
