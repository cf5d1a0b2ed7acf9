import type { PolicyRules } from '#lib/shared/policy.ts';
import { matchesPattern, repositoryOf } from './resource-scope.ts';

/** What is wrong with running or fetching an image of this name; undefined: nothing. */
export function judgeImage(name: string, images: NonNullable<PolicyRules['images']>): string | undefined {
  const { allowed, digest } = images;
  // A digest behind the name may be followed by nothing; `name@sha256:<64>` is what engines take.
  const pinned = /@sha256:[0-9a-f]{64}$/.test(name);
  if (digest && !pinned)
    return `the image ${quote(name)} is not named with its digest (name@sha256:...), which is required`;
  if (!allowed) return undefined;
  const everything = allowed.includes('*');
  if (!everything && isId(name)) {
    return `the image ${quote(name)} is named by its id, which does not say where it comes from, and is not allowed`;
  }
  const long = longName(name);
  const fits = allowed.some((pattern) => {
    const wanted = longName(pattern);
    return everything || matchesPattern(wanted, long) || matchesPattern(wanted, repositoryOf(long));
  });
  return fits ? undefined : `the image ${quote(name)} is not among those allowed (${allowed.join(', ') || 'none'})`;
}

/** `sha256:...`, or what an engine may take for the beginning of an id when no image has that name. */
function isId(name: string): boolean {
  return name.startsWith('sha256:') || /^[0-9a-f]+$/.test(name);
}

/**
 * With the registry written out, so that `redis` is `docker.io/library/redis`, and a pattern `*` + `/app` can't reach over
 * registries by accident. `index.docker.io` is docker.io.
 */
export function longName(image: string): string {
  const [first = '', ...rest] = image.split('/');
  if (rest.length === 0) return image.includes('*') && image.startsWith('*') ? image : `docker.io/library/${image}`;
  if (first === 'index.docker.io' || first === 'docker.io') {
    return rest.length === 1 ? `docker.io/library/${rest[0]}` : `docker.io/${rest.join('/')}`;
  }
  return /[.:*]|^localhost$/.test(first) ? image : `docker.io/${image}`;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
