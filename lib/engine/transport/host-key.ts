import { createHash } from 'node:crypto';
import { appError } from '#lib/shared/errors.ts';

/** How a host key is written: `SHA256:` and 43 characters of base64, as ssh-keygen and ssh print it. */
export const hostKeyPattern = /^SHA256:[A-Za-z0-9+/]{43}$/;

/** The fingerprint of a public key in ssh's wire format. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/**
 * Reads a pinned key from text: a fingerprint, a public key line (`ssh-ed25519 AAAA...`) or known_hosts lines. Of
 * several the ed25519 key is taken, the one we ask hosts for first. Throws bad-request.
 */
export function readHostKey(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'));
  const fingerprint = lines.find((line) => hostKeyPattern.test(line));
  if (fingerprint) return fingerprint;
  const keys = lines.flatMap((line) => {
    const words = line.split(/\s+/);
    const at = words.findIndex((word) => /^(ssh-|ecdsa-sha2-)/.test(word));
    const blob = at < 0 ? undefined : words[at + 1];
    return blob?.startsWith('AAAA') ? [{ type: words[at], blob: Buffer.from(blob, 'base64') }] : [];
  });
  const key = keys.find(({ type }) => type === 'ssh-ed25519') ?? keys[0];
  if (!key) throw appError('bad-request', 'The host key is neither a SHA256 fingerprint nor a public key.');
  return fingerprintOf(key.blob);
}
