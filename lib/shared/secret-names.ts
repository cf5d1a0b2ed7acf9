import { maskMarker } from '#lib/shared/mask.ts';

const secretName =
  /passw|pwd|basic-?auth|passphrase|secret|token|credential|api[-_.]?key|private[-_.]?key|access[-_.]?key|auth$/i;

/** Whether a label, an option or a field is by its name likely to hold a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** `NAME=value` with the value masked; without `=` (take it from the host) as it is. */
export function maskEnv(entry: string): string {
  const at = entry.indexOf('=');
  return at < 0 ? entry : `${entry.slice(0, at + 1)}${maskMarker}`;
}

/** A label or an option with its value masked when its name says secret; `o`, the mount options of a volume, also for a password inside. */
export function maskNamed(name: string, value: string): string {
  const secret = isSecretName(name) || (name === 'o' && /pass|cred/i.test(value));
  return secret && value !== '' ? maskMarker : value;
}
