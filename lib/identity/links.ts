import { createHmac, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { appError } from '#lib/shared/errors.ts';
import { acceptInvitation, acceptReset, toShown, usedUp } from './accept-link.ts';
import type { ChangeAccess } from './access-change.ts';
import { parseGrant } from './grants.ts';
import { hashPassword } from './password-hash.ts';
import type { CheckNewPassword } from './password-rules.ts';
import type { GrantInput, Identity } from './types.ts';
import { parseEmail, parseName } from './user-input.ts';

const dayMs = 24 * 3600_000;
const inviteMs = 7 * dayMs;
const inviteMsMax = 30 * dayMs;
/** Whoever finds a reset link has the account, so it is short. */
const resetMs = dayMs;
const invitationsMax = 1000;
const secretPattern = /^[A-Za-z0-9_-]{43}$/;

export interface LinkParts {
  db: Database;
  changeAccess: ChangeAccess;
  checkNewPassword: CheckNewPassword;
  /** The key of the stored hashes: a copy of the database alone opens nothing. */
  hashKey: Buffer;
  now: () => number;
}

/**
 * One-time links, as `Identity.links`: an invitation makes a person with what was promised, a reset lets one set a new
 * password. Only the hash of a link's secret is stored; whoever uses it first, in time, has it, once.
 */
export function createLinks({ db, changeAccess, checkNewPassword, hashKey, now }: LinkParts): Identity['links'] {
  const hashOf = (secret: string) => createHmac('sha256', hashKey).update(secret).digest('hex');
  const find = (secret: string) => findLive(db, hashOf(secret), secret, now());

  async function store(trx: Transaction<Tables>, link: Omit<Tables['links'], 'id' | 'hash' | 'created_at'>) {
    const secret = randomBytes(32).toString('base64url');
    const row = { ...link, id: newId(now()), hash: hashOf(secret), created_at: now() };
    await trx.deleteFrom('links').where('expires_at', '<=', now()).execute();
    await trx.insertInto('links').values(row).execute();
    return { link: toShown(row), secret };
  }

  return {
    async list() {
      const rows = await db
        .selectFrom('links')
        .selectAll()
        .where('expires_at', '>', now())
        .orderBy('id', 'desc')
        .execute();
      return rows.map(toShown);
    },
    async invite(input) {
      const email = parseEmail(input.email);
      const lastsMs = input.lastsMs ?? inviteMs;
      if (!(lastsMs > 0 && lastsMs <= inviteMsMax)) {
        throw appError('bad-request', 'An invitation lasts at most 30 days.');
      }
      return changeAccess(async (trx) => {
        const taken = await trx.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst();
        if (taken) throw appError('conflict', `There is a user with the e-mail ${email} already.`);
        const teams = [...new Set(input.teams ?? [])];
        for (const id of teams) await requireTeam(trx, id);
        const grants: GrantInput[] = [];
        for (const grant of input.grants ?? []) grants.push(await parseGrant(trx, grant, now()));
        // A second invitation takes the place of the first: two open links would be two ways in.
        await trx.deleteFrom('links').where('kind', '=', 'invite').where('email', '=', email).execute();
        const open = await trx.selectFrom('links').select('id').where('kind', '=', 'invite').execute();
        if (open.length >= invitationsMax)
          throw appError('too-many', `${invitationsMax} invitations are open already.`);
        return store(trx, {
          kind: 'invite',
          user_id: null,
          email,
          name: (input.name ?? '').trim().slice(0, 100),
          teams: JSON.stringify(teams),
          grants: JSON.stringify(grants),
          created_by: input.createdBy,
          expires_at: now() + lastsMs,
        });
      });
    },
    resetPassword: (userId, createdBy) =>
      changeAccess(async (trx) => {
        const user = await trx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
        if (!user) throw appError('not-found', 'There is no such user.');
        if (user.kind !== 'person') throw appError('bad-request', 'A service account has no password.');
        if (user.disabled !== 0) throw appError('conflict', 'This user is disabled; enable the user first.');
        await trx.deleteFrom('links').where('user_id', '=', userId).execute();
        return store(trx, {
          kind: 'reset',
          user_id: userId,
          email: user.email,
          name: user.name,
          teams: '[]',
          grants: '[]',
          created_by: createdBy,
          expires_at: now() + resetMs,
        });
      }),
    async revoke(id) {
      const { numDeletedRows } = await db.deleteFrom('links').where('id', '=', id).executeTakeFirst();
      if (numDeletedRows === 0n) throw appError('not-found', 'There is no such link.');
    },
    async peek(secret) {
      const row = await find(secret);
      return row && toShown(row);
    },
    async accept(secret, input) {
      const row = await find(secret);
      if (!row) throw usedUp();
      const name = row.kind === 'invite' ? parseName(input.name ?? row.name) : row.name;
      checkNewPassword(input.password, { email: row.email, name });
      const hash = await hashPassword(input.password);
      return changeAccess(async (trx) => {
        // Taken before anything is done, so that of two who use it at once one has it and the other nothing.
        const { numDeletedRows } = await trx
          .deleteFrom('links')
          .where('id', '=', row.id)
          .where('expires_at', '>', now())
          .executeTakeFirst();
        if (numDeletedRows === 0n) throw usedUp();
        const taken = { row, name, hash };
        return row.kind === 'invite'
          ? { kind: 'invite', user: await acceptInvitation(trx, taken, now()) }
          : { kind: 'reset', user: await acceptReset(trx, taken) };
      });
    },
  };
}

async function findLive(db: Database, hash: string, secret: string, nowMs: number) {
  if (!secretPattern.test(secret)) return undefined;
  return db.selectFrom('links').selectAll().where('hash', '=', hash).where('expires_at', '>', nowMs).executeTakeFirst();
}

async function requireTeam(trx: Transaction<Tables>, id: string): Promise<void> {
  const team = await trx.selectFrom('teams').select('id').where('id', '=', id).executeTakeFirst();
  if (!team) throw appError('bad-request', 'There is no such team.');
}
