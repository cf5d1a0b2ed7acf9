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
 * long forms are the short ones: `docker.io/library/redis` is `redis`. A pattern that begins with `docker.io/` names
 * images of the hub alone, and one with `library/` official ones alone; cut off before a star they would name everything.
 */
export function matchesImage(pattern: string, image: string): boolean {
  const { of, rest } = parseImagePattern(pattern);
  return imageForms(image, of).some((form) => matchesPattern(rest, form) || matchesPattern(rest, repositoryOf(form)));
}

interface ImagePattern {
  of: 'any' | 'hub' | 'official';
  rest: string;
}

/** Which images it is about, and the pattern over their names. */
export function parseImagePattern(pattern: string): ImagePattern {
  const hub = /^(?:index\.)?docker\.io\//.exec(pattern)?.[0];
  if (hub !== undefined) return { of: 'hub', rest: pattern.slice(hub.length) };
  const official = 'library/';
  return pattern.startsWith(official)
    ? { of: 'official', rest: pattern.slice(official.length) }
    : { of: 'any', rest: pattern };
}

/** The names by which a pattern of that kind may know the image; none: the image is not of that kind. */
export function imageForms(image: string, of: ImagePattern['of'] = 'hub'): string[] {
  const short = shortImage(image);
  const [first = '', ...path] = short.split('/');
  const isHub = path.length === 0 || !/[.:]|^localhost$/.test(first);
  const isOfficial = isHub && path.length === 0;
  if (of === 'any') return [short];
  if (of === 'official') return isOfficial ? [short] : [];
  return isHub ? [short, ...(isOfficial ? [`library/${short}`] : [])] : [];
}

/** The name as `docker images` shows it. */
export function shortImage(image: string): string {
  const path = image.replace(/^(?:index\.)?docker\.io\//, '');
  const official = /^library\/([^/]+)$/.exec(path)?.[1];
  return official ?? path;
}

/** Whether every image that `given` names is one that `wider` names. Sound, not complete. */
export function isImagePatternWithin(given: string, wider: string): boolean {
  if (!given.includes('*')) return matchesImage(wider, given);
  const [inner, outer] = [parseImagePattern(given), parseImagePattern(wider)];
  if (outer.of === 'any' && outer.rest === '*') return true;
  if (inner.of !== outer.of && !(inner.of === 'official')) return false;
  // A star of the given pattern is met only by a star of the wider one, so what it stands for is met as well.
  return matchesPattern(outer.rest, inner.rest);
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
