import { appError } from '#lib/shared/errors.ts';

/** Names under which the hub goes; image names and logins use different ones. */
const hubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/**
 * The registry of an image reference as Docker reads it: the first part counts as a host when it has a dot, a colon or
 * an upper-case letter, or is `localhost`; else the image is the hub's (`docker.io`).
 */
export function registryOf(imageReference: string): string {
  const slash = imageReference.indexOf('/');
  const first = slash < 0 ? '' : imageReference.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (!isHost || hubNames.has(first.toLowerCase())) return 'docker.io';
  return first.toLowerCase();
}

/** A registry's address as a person writes it (`https://index.docker.io/v1/`, `Reg:5000`) in the form of `registryOf`. */
export function normalizeRegistryAddress(address: string): string {
  const bare = address
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/, '')
    .toLowerCase();
  if (hubNames.has(bare)) return 'docker.io';
  // One word without dot or port would be read as the hub's user of that name.
  if (!/^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?$/.test(bare) || registryOf(`${bare}/x`) !== bare)
    throw appError(
      'bad-request',
      `"${address}" is no registry's address; it is written host[:port], as in image names.`,
    );
  return bare;
}
