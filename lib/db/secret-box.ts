import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDataDir } from './open-database.ts';

/** The console's one secret, as keys for single purposes, so that what leaks from one use opens no other. */
export interface SecretBox {
  /** 32 bytes for this purpose (HKDF-SHA256). */
  key(purpose: string): Buffer;
  /** Encrypts text for storage: base64 of nonce, tag and cipher text. `purpose` must be the same at `open`. */
  seal(purpose: string, text: string): string;
  /** Throws when the secret is another than the one that sealed it, or the text was changed. */
  open(purpose: string, sealed: string): string;
}

/** The name of the secret's file inside the data folder. */
export const secretFileName = 'secret';

/** The box under `secret` (PILOTHOUSE_SECRET), else under the one kept in the data folder, made at the first call. */
export function openSecretBox(options: { secret?: string; dataDir: string }): SecretBox {
  return secretBox(options.secret ?? readOrMakeSecret(options.dataDir));
}

/** The box under a given secret; for tests and for `openSecretBox`. */
export function secretBox(secret: string): SecretBox {
  const keys = new Map<string, Buffer>();
  const key = (purpose: string): Buffer => {
    let bytes = keys.get(purpose);
    if (!bytes) {
      bytes = Buffer.from(hkdfSync('sha256', secret, 'pilothouse', purpose, 32));
      keys.set(purpose, bytes);
    }
    return bytes;
  };
  return {
    key,
    seal(purpose, text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key(purpose), nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(purpose, sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key(purpose), bytes.subarray(0, 12), { authTagLength: 16 });
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new Error(
          `A stored secret (${purpose}) can't be decrypted: PILOTHOUSE_SECRET, or the file "${secretFileName}" in the data folder, is not the one it was stored under.`,
          { cause: error },
        );
      }
    },
  };
}

function readOrMakeSecret(dataDir: string): string {
  ensureDataDir(dataDir);
  const file = join(dataDir, secretFileName);
  const found = readSecret(file);
  if (found) return found;
  // Written beside, synced, then linked: two processes that start at once agree on one, and no crash leaves half of it.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    const fd = openSync(draft, 'wx', 0o600);
    try {
      writeSync(fd, `${randomBytes(32).toString('base64url')}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readSecret(file);
  if (!made) throw new Error(`The console's secret ${file} can't be read back.`);
  return made;
}

function readSecret(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The console's secret can't be read: ${reason}`, { cause: error });
  }
  // An empty or cut file would silently make weak keys; what was sealed needs the old one anyway.
  if (text.length < 16) throw new Error(`The console's secret in ${file} is too short; put the right one back.`);
  return text;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
