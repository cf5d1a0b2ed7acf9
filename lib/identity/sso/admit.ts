import type { Transaction } from 'kysely';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import type { ProviderShown } from '#lib/shared/sign-in.ts';
import { type ChangeAccess, selectAdministrators } from '../access-change.ts';
import { dropCredentials } from '../drop-credentials.ts';
import { normalizeEmail, parseEmail, toUser } from '../user-input.ts';
import { insertUser } from '../users.ts';
import { createOnce } from './once.ts';
import { findProvider } from './provider-rows.ts';
import { syncTeams } from './sync-teams.ts';
import type { Sso, SsoAdmission, SsoClaims, SsoRefusal } from './types.ts';

type Trx = Transaction<Tables>;
type UserRow = Awaited<ReturnType<typeof findUser>>;

/** next-auth's own cookies for a sign-in live as long. */
const stateLifeMs = 15 * 60_000;

/** Sso.admit: one transaction for the user, the connection and the teams, pushed to whoever has something open. */
export function createAdmit(db: Database, changeAccess: ChangeAccess, now: () => number): Sso['admit'] {
  const firstTime = createOnce(stateLifeMs, now);

  return async (claims, connectTo) => {
    // The cookies that a sign-in is checked by may have been copied, and not every provider refuses a used code.
    if (!firstTime(claims.state)) return { refusal: 'sso-replayed' };
    const provider = await findProvider(db, claims.providerId);
    if (!provider?.enabled) return { refusal: 'sso-disabled' };
    return changeAccess((trx) => admitBy(trx, provider, claims, connectTo, now()));
  };
}

async function admitBy(
  trx: Trx,
  provider: ProviderShown,
  claims: SsoClaims,
  connectTo: string | undefined,
  nowMs: number,
): Promise<SsoAdmission> {
  const teams = provider.groups.filter(({ group }) => claims.groups.includes(group)).map(({ teamId }) => teamId);
  const known = await findConnected(trx, claims, nowMs);
  // First of all: also whoever is refused below must lose what the groups gave.
  if (known) await syncTeams(trx, provider, known.id, teams, nowMs);
  if (connectTo !== undefined) return connect(trx, { provider, claims, teams, known, connectTo, nowMs });
  const refusal = refusalFor(provider, claims, teams, known);
  if (refusal) return { refusal };
  if (known) return { user: toUser(known), created: false };

  const email = normalizeEmail(claims.email ?? '');
  const taken = await trx.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
  if (taken) {
    if (!(await mayLink(trx, provider, taken.id)) || taken.kind !== 'person') return { refusal: 'sso-taken' };
    if (taken.disabled !== 0) return { refusal: 'sso-disabled' };
  } else if (provider.admit === 'known') {
    return { refusal: 'sso-not-admitted' };
  }
  const name = (claims.name ?? '').trim().slice(0, 100) || email;
  const user = taken ? toUser(taken) : await insertUser(trx, { email, name }, nowMs, null);
  if (taken) await dropCredentials(trx, taken.id);
  await insertConnection(trx, claims, user.id, nowMs);
  await syncTeams(trx, provider, user.id, teams, nowMs);
  return { user, created: !taken };
}

/** Why this person does not come in; the rules hold at every sign-in, not only at the first. */
function refusalFor(
  provider: ProviderShown,
  claims: SsoClaims,
  teams: readonly string[],
  known: UserRow,
): SsoRefusal | undefined {
  if (known && known.disabled !== 0) return 'sso-disabled';
  if (provider.admit === 'mapped' && teams.length === 0) return 'sso-not-admitted';
  const email = readEmail(claims.email);
  const domain = email?.split('@').at(-1) ?? '';
  const needsEmail = !known || provider.emailDomains.length > 0;
  if (needsEmail && !email) return 'sso-no-email';
  // Whoever may write any address into his profile there would be whoever he likes here.
  if (needsEmail && !claims.emailVerified && !provider.trustEmail) return 'sso-unverified';
  if (provider.emailDomains.length > 0 && !provider.emailDomains.includes(domain)) return 'sso-domain';
  return undefined;
}

function readEmail(given: string | undefined): string | undefined {
  try {
    return given === undefined ? undefined : parseEmail(given);
  } catch {
    return undefined;
  }
}

/**
 * Whether an account that is there already is given to whoever brings its e-mail. Off unless an administrator says so,
 * since it trusts the provider with every account; never an administrator's, which is the one worth the attack. Those
 * connect theirs when they are signed in.
 */
async function mayLink(trx: Trx, provider: ProviderShown, userId: string): Promise<boolean> {
  if (!provider.linkByEmail) return false;
  const holds = await trx
    .selectFrom('grants')
    .select('id')
    .where('subject_kind', '=', 'user')
    .where('subject_id', '=', userId)
    .where('role', '=', 'administrator')
    .executeTakeFirst();
  const administrator = await selectAdministrators(trx).select('id').where('id', '=', userId).executeTakeFirst();
  return !holds && !administrator;
}

async function connect(
  trx: Trx,
  input: {
    provider: ProviderShown;
    claims: SsoClaims;
    teams: string[];
    known: UserRow;
    connectTo: string;
    nowMs: number;
  },
): Promise<SsoAdmission> {
  const { provider, claims, teams, known, connectTo, nowMs } = input;
  if (known && known.id !== connectTo) return { refusal: 'sso-connected' };
  const row = await trx.selectFrom('users').selectAll().where('id', '=', connectTo).executeTakeFirst();
  if (row?.disabled !== 0 || row.kind !== 'person') return { refusal: 'sso-disabled' };
  if (!known) await insertConnection(trx, claims, row.id, nowMs);
  await syncTeams(trx, provider, row.id, teams, nowMs);
  return { user: toUser(row), created: false };
}

async function findConnected(trx: Trx, claims: SsoClaims, nowMs: number): Promise<UserRow> {
  const connection = await trx
    .updateTable('sso_identities')
    .set({ last_used_at: nowMs, email: (claims.email ?? '').slice(0, 254) })
    .where('provider_id', '=', claims.providerId)
    .where('issuer', '=', claims.issuer)
    .where('subject', '=', claims.subject)
    .returning('user_id')
    .executeTakeFirst();
  return connection && findUser(trx, connection.user_id);
}

function findUser(trx: Trx, id: string) {
  return trx.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

async function insertConnection(trx: Trx, claims: SsoClaims, userId: string, nowMs: number): Promise<void> {
  await trx
    .insertInto('sso_identities')
    .values({
      provider_id: claims.providerId,
      issuer: claims.issuer,
      subject: claims.subject,
      user_id: userId,
      email: (claims.email ?? '').slice(0, 254),
      created_at: nowMs,
      last_used_at: nowMs,
    })
    .execute();
}
