import * as crypto from 'node:crypto';
import { appError } from '#lib/shared/errors.ts';

/** OWASP's figures for argon2id (19 MiB, two passes, one lane): about 40 ms on a small machine. */
const argon = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const scryptCost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

/** Two hashes at once leave two threads of Node's pool of four to files and DNS, however many people sign in. */
const runningMax = 2;
const waitingMax = 64;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Hashes a password for storage, as a PHC string: argon2id, or scrypt where this Node has no argon2 (before 24.7).
 * Throws too-many when more than 64 wait already.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(16);
  if (hasArgon2()) {
    const tag = await queued(() => argon2id(password, salt, argon));
    return `$argon2id$v=19$m=${argon.memory},t=${argon.passes},p=${argon.parallelism}$${base64(salt)}$${base64(tag)}`;
  }
  const tag = await queued(() => scrypt(password, salt));
  return `$scrypt$ln=15,r=8,p=3$${base64(salt)}$${base64(tag)}`;
}

/** Whether the password is the one that was hashed. Throws too-many like `hashPassword`. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, kind, ...parts] = stored.split('$');
  const salt = Buffer.from(parts.at(-2) ?? '', 'base64');
  const expected = Buffer.from(parts.at(-1) ?? '', 'base64');
  if (expected.length < 16) return false;
  let actual: Buffer;
  if (kind === 'argon2id') {
    const [memory = 0, passes = 0, parallelism = 0] = (parts[1] ?? '').split(',').map((p) => Number(p.split('=')[1]));
    actual = await queued(() => argon2id(password, salt, { memory, passes, parallelism, tagLength: expected.length }));
  } else if (kind === 'scrypt') {
    actual = await queued(() => scrypt(password, salt));
  } else {
    return false;
  }
  return actual.length === expected.length && crypto.timingSafeEqual(actual, expected);
}

/** Runs when one of the two places is free. A flood of sign-ins waits here and is turned away past 64. */
async function queued<T>(work: () => Promise<T>): Promise<T> {
  if (running >= runningMax) {
    if (waiting.length >= waitingMax) throw appError('too-many', 'Too many people sign in at once; try again shortly.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running++;
  }
  try {
    return await work();
  } finally {
    // The place goes straight to the next in line, so that a newcomer can't slip in between.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

function hasArgon2(): boolean {
  return typeof crypto.argon2 === 'function';
}

/** The same characters typed on another keyboard may arrive composed otherwise. */
function bytesOf(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'), 'utf8');
}

function argon2id(password: string, nonce: Buffer, options: typeof argon): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', { message: bytesOf(password), nonce, ...options }, (error, tag) => {
      if (error) reject(error);
      else resolve(tag);
    });
  });
}

function scrypt(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    crypto.scrypt(bytesOf(password), salt, 32, scryptCost, (error, tag) => {
      if (error) reject(error);
      else resolve(tag);
    });
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
