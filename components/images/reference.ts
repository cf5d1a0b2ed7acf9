/** An image reference in the two parts that the Engine API takes: `name`, and a tag or (with `@`) a digest. */
export function splitReference(reference: string): {
  name: string;
  tag: string | undefined;
  digest: string | undefined;
} {
  const at = reference.indexOf('@');
  if (at >= 0) return { name: reference.slice(0, at), tag: undefined, digest: reference.slice(at + 1) };
  // A colon before the last slash is a registry's port.
  const colon = reference.lastIndexOf(':');
  if (colon > reference.lastIndexOf('/'))
    return { name: reference.slice(0, colon), tag: reference.slice(colon + 1), digest: undefined };
  return { name: reference, tag: undefined, digest: undefined };
}

const pattern =
  /^[a-zA-Z0-9][a-zA-Z0-9._-]*(:\d+(?=\/))?(\/[a-z0-9][a-z0-9._-]*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** Why this is no image reference; undefined: it is one. The engine has the last word. */
export function checkReference(reference: string): string | undefined {
  if (reference === '') return 'Name an image.';
  if (!pattern.test(reference))
    return 'An image is named like nginx, nginx:1.27 or registry.example:5000/team/app:tag.';
  return undefined;
}

/** A path segment of the Engine API that may hold slashes. */
export function imagePath(reference: string): string {
  return reference.split('/').map(encodeURIComponent).join('/');
}
