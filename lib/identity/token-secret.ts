import { createHmac, type KeyObject, randomBytes } from 'node:crypto';

/** What secret scanners look for; nothing else begins like this. */
const prefix = 'phk_';
const pattern = /^phk_[A-Za-z0-9_-]{43}$/;

/** A new API token: 256 random bits. Shown once, stored only as its hash. */
export function makeTokenSecret(): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** The hash that is stored. Keyed, so that a copy of the database alone lets nobody test guesses; fast on purpose. */
export function hashTokenSecret(secret: string, key: KeyObject): string {
  return createHmac('sha256', key).update(secret).digest('hex');
}

/** The first characters, to tell tokens apart in a list. */
export function tokenHint(secret: string): string {
  return secret.slice(0, prefix.length + 4);
}

/** The API token of an Authorization header. A session's JWT never counts here, though next-auth would take it. */
export function readBearerToken(authorization: string | undefined): string | undefined {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return token && pattern.test(token) ? token : undefined;
}
