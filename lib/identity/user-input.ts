import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import type { User } from './types.ts';

export const passwordLengthMin = 8;
/** Long enough for any phrase; a megabyte of password would keep the hash busy. */
export const passwordLengthMax = 1024;

/** E-mail addresses differ only by what people can tell apart. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The password itself when its length is allowed; throws bad-request otherwise. */
export function parsePassword(password: string): string {
  if (password.length < passwordLengthMin) {
    throw appError('bad-request', `A password has at least ${passwordLengthMin} characters.`);
  }
  if (password.length > passwordLengthMax) {
    throw appError('bad-request', `A password has at most ${passwordLengthMax} characters.`);
  }
  return password;
}

/** The e-mail as it is stored; throws bad-request when it is none. */
export function parseEmail(given: string): string {
  const email = normalizeEmail(given);
  if (email.length > 254 || !z.email().safeParse(email).success) {
    throw appError('bad-request', 'This is not an e-mail address.');
  }
  return email;
}

/** The name without blanks around it; throws bad-request when it is empty or too long. */
export function parseName(given: string): string {
  const name = given.trim();
  if (name.length < 1 || name.length > 100) throw appError('bad-request', 'A name has 1 to 100 characters.');
  return name;
}

/** A stored user as everybody else sees one: without the password's hash. */
export function toUser(row: Selectable<Tables['users']>): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    kind: row.kind === 'service' ? 'service' : 'person',
    disabled: row.disabled !== 0,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at ?? undefined,
  };
}
