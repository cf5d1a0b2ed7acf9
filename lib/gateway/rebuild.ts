import type { Classified } from './classified.ts';

/**
 * Path and query as they go to the engine, from the classification alone and never from the client's own string. `ids`
 * replaces path parameters by resolved full ids: containers, networks and exec, so that a rename in between changes
 * nothing; never images (`rmi name` untags, `rmi id` deletes).
 */
export function rebuildPath(classified: Classified, ids: Readonly<Record<string, string>> = {}): string {
  const { spec, version, params, query } = classified;
  const path = spec.path.replace(/\{(\w+)\*?\}/g, (_, name: string) => encodeName(ids[name] ?? params[name] ?? ''));
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return `${version ? `/${version}` : ''}${path}${search ? `?${search}` : ''}`;
}

/** Slashes stay: the engine's routes for names that hold them match across segments. */
function encodeName(name: string): string {
  return name
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%3A', ':').replaceAll('%40', '@'))
    .join('/');
}
