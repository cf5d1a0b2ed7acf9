import type { z } from 'zod';
import type { Access } from '#lib/authz/authorize.ts';
import type { Runtime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import type { accessSubject } from '#lib/shared/explained.ts';

export type AccessSubject = z.infer<typeof accessSubject>;

/** Whose access is asked for: by id; a user also by e-mail. */
export interface SubjectQuery {
  user?: string;
  team?: string;
  token?: string;
}

/**
 * The access of an account, a team or a token as the door would know it now: the user's own grants and those of the
 * teams, and a token's own as limits. Throws bad-request and not-found.
 */
export async function accessOf(
  { identity }: Pick<Runtime, 'identity'>,
  { user, team, token }: SubjectQuery,
): Promise<{ subject: AccessSubject; access: Access }> {
  const roles = identity.roleBook();
  if (token !== undefined) {
    const found = (await identity.tokens.list()).find(({ id }) => id === token);
    if (!found) throw appError('not-found', 'There is no such token.');
    const owner = await accessOf({ identity }, { user: found.userId });
    const limits = found.limited ? await identity.grants.list({ kind: 'token', id: found.id }) : undefined;
    const ended = found.expiresAt !== undefined && found.expiresAt <= Date.now();
    const barred = ended ? 'The token has ended.' : owner.subject.barred;
    return {
      subject: {
        kind: 'token',
        id: found.id,
        name: `${found.name} of ${owner.subject.name}`,
        ...(barred ? { barred } : {}),
      },
      access: { ...owner.access, ...(limits ? { limits } : {}) },
    };
  }
  if (team !== undefined) {
    const found = await identity.teams.get(team);
    if (!found) throw appError('not-found', 'There is no such team.');
    const grants = await identity.grants.list({ kind: 'team', id: found.id });
    return { subject: { kind: 'team', id: found.id, name: found.name }, access: { grants, roles } };
  }
  if (user === undefined) throw appError('bad-request', 'Whose access? Give user, team or token.');
  const found = (await identity.users.get(user)) ?? (await identity.users.byEmail(user));
  if (!found) throw appError('not-found', 'There is no such account.');
  const barred = found.disabled ? 'The account is disabled.' : undefined;
  return {
    subject: { kind: found.kind, id: found.id, name: found.email, ...(barred ? { barred } : {}) },
    access: { grants: await identity.grants.ofUser(found.id), roles },
  };
}
