import { hash as digest } from 'node:crypto';
import type { AccessSignal } from '#lib/db/access-signal.ts';
import type { Database } from '#lib/db/open-database.ts';
import { createLog } from '#lib/log.ts';
import type { RoleBook, UserPrincipal } from '#lib/shared/access.ts';
import type { Settings } from '#lib/shared/settings.ts';
import { selectGrants, toGrant } from './grants.ts';
import { createRoleBooks } from './role-book.ts';
import type { SessionRules } from './session-rules.ts';
import { needsSecondFactor } from './sign-in-policy.ts';

const log = createLog();

/** What somebody came by: the one thing that a principal is looked up by again and again. */
export type Via = { kind: 'session'; id: string } | { kind: 'token'; id: string };

/** A principal without the address of one request, and when its own clock next changes it. */
export interface PrincipalEntry {
  principal: UserPrincipal;
  /** Session, token or a grant ends then; Infinity: nothing does. */
  changesAtMs: number;
  /** A session of somebody who needs a second factor and has not given one. */
  unfinished: boolean;
}

/** Principals as they are now, remembered until something changes. */
export interface Principals {
  /** Unfinished sessions are nobody's: whatever asks here, the door, a socket or a page, lets them do nothing. */
  find(via: Via): Promise<PrincipalEntry | undefined>;
  /** What `find` would give, without looking, where the principal is what was remembered last and still is. */
  current(principal: UserPrincipal): PrincipalEntry | undefined;
  /** The other ones, which may add a second factor and nothing else. */
  findUnfinished(sessionId: string): Promise<PrincipalEntry | undefined>;
  /** The id of the live token with this secret, whose stored hash is made when it is not remembered. */
  tokenId(secret: string, makeHash: (secret: string) => string): Promise<string | undefined>;
  /**
   * To be called after every committed change of users, sessions, tokens, teams, roles or grants. Resolves when the
   * role book is the new one.
   */
  changed(): Promise<void>;
  /** The roles in force. */
  roleBook(): RoleBook;
  /** Called after `changed`, and when another process changed something. */
  onChange(listener: () => void): () => void;
  now(): number;
}

/** Remembered principals and token hashes; past this the oldest go. */
const rememberedMax = 10_000;

/**
 * The lookup behind every request. What was loaded is remembered by session or token until any access row changes
 * (here or, by the signal, in another process) or its own time comes, so that a request costs no query.
 */
export async function openPrincipals(parts: {
  db: Database;
  signal: AccessSignal;
  sessionRules: SessionRules;
  /** Who must have a second factor. */
  secondFactor: () => Settings['secondFactor'];
  now: () => number;
}): Promise<Principals> {
  const { db, signal, sessionRules, now } = parts;
  const entries = new Map<string, PrincipalEntry>();
  const tokenIds = new Map<string, string>();
  const listeners = new Set<() => void>();
  const toBook = createRoleBooks();
  let book = await loadBook();
  let generation = 0;

  async function loadBook(): Promise<RoleBook> {
    return toBook(await db.selectFrom('roles').selectAll().orderBy('name').execute());
  }
  function forget(): void {
    generation++;
    entries.clear();
    tokenIds.clear();
  }
  async function changed(): Promise<void> {
    forget();
    for (const listener of listeners) listener();
    const at = generation;
    try {
      const loaded = await loadBook();
      // One that a later change overtook: that change loads its own.
      if (at === generation) book = loaded;
    } catch (error) {
      // Decisions go by the book that each principal is loaded with; this one is only shown.
      log.error('the roles could not be loaded anew', { error });
    }
  }
  signal.onChange(() => void changed());

  /** A load that a change overtook is given out once and not remembered: the next lookup must see the change. */
  async function remember<T>(map: Map<string, T>, key: string, load: () => Promise<T | undefined>) {
    if (signal.changedElsewhere()) void changed();
    if (signal.blind()) return load();
    const known = map.get(key);
    if (known !== undefined) return known;
    const at = generation;
    const loaded = await load();
    if (loaded !== undefined && at === generation) {
      map.set(key, loaded);
      if (map.size > rememberedMax) {
        const oldest = map.keys().next().value;
        if (oldest !== undefined) map.delete(oldest);
      }
    }
    return loaded;
  }

  async function loadPrincipal(via: Via): Promise<PrincipalEntry | undefined> {
    const nowMs = now();
    const found = via.kind === 'session' ? await loadSession(db, via.id, sessionRules) : await loadToken(db, via.id);
    if (found?.disabled !== 0) return undefined;
    if (found.expires_at !== null && nowMs >= found.expires_at) return undefined;
    if (found.ends_at !== undefined && nowMs >= found.ends_at) {
      await endIdle(found, via.id);
      return undefined;
    }
    const rows = await selectGrants(db, found.user_id, via.kind === 'token' ? via.id : undefined);
    const live = rows.map(toGrant).filter((grant) => grant.expiresAt === undefined || grant.expiresAt > nowMs);
    const limits = live.filter((grant) => grant.subjectKind === 'token');
    const ends = [found.expires_at, found.ends_at, ...live.map((grant) => grant.expiresAt)];
    const unproven = via.kind === 'session' && found.second_factor === null;
    const roles = await loadBook();
    return {
      unfinished: unproven && needsSecondFactor(parts.secondFactor(), live, roles),
      principal: {
        kind: 'user',
        userId: found.user_id,
        email: found.email,
        name: found.user_name,
        via: via.kind === 'session' ? { kind: 'session', id: via.id } : { ...via, name: found.via_name },
        grants: live.filter((grant) => grant.subjectKind !== 'token'),
        // By the token's own mark: one whose grants have all ended may nothing, not everything.
        ...(found.limited !== 0 || limits.length > 0 ? { limits } : {}),
        roles,
        expiresAt: found.expires_at ?? undefined,
      },
      changesAtMs: Math.min(...ends.map((end) => end ?? Number.POSITIVE_INFINITY)),
    };
  }

  /** Gone for good, so that a longer idle time, set later, does not wake it. Not if another console has seen it since. */
  async function endIdle({ last_seen_at: seenAt = 0 }: Found, id: string): Promise<void> {
    await db.deleteFrom('sessions').where('id', '=', id).where('last_seen_at', '<=', seenAt).execute();
  }

  async function look(via: Via): Promise<PrincipalEntry | undefined> {
    const key = `${via.kind}:${via.id}`;
    const known = entries.get(key);
    if (known && now() >= known.changesAtMs) entries.delete(key);
    const entry = await remember(entries, key, () => loadPrincipal(via));
    const endsAt = entry?.principal.expiresAt;
    return endsAt !== undefined && now() >= endsAt ? undefined : entry;
  }

  return {
    async find(via) {
      const entry = await look(via);
      return entry?.unfinished ? undefined : entry;
    },
    async findUnfinished(id) {
      const entry = await look({ kind: 'session', id });
      return entry?.unfinished ? entry : undefined;
    },
    current({ via, grants }) {
      if (signal.changedElsewhere()) void changed();
      const entry = signal.blind() ? undefined : entries.get(`${via.kind}:${via.id}`);
      // Every load makes a new list of grants, so the same list means that nothing has been loaded since.
      return entry?.principal.grants === grants && now() < entry.changesAtMs ? entry : undefined;
    },
    // Remembered by a plain digest: it costs a sixth of the keyed one, never leaves the memory, and 256 random bits
    // can't be guessed from it. The secret itself is kept nowhere.
    tokenId: (secret, makeHash) =>
      remember(tokenIds, digest('sha256', secret, 'base64'), async () => {
        const row = await db.selectFrom('tokens').select('id').where('hash', '=', makeHash(secret)).executeTakeFirst();
        return row?.id;
      }),
    changed,
    roleBook: () => book,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    now,
  };
}

interface Found {
  user_id: string;
  email: string;
  user_name: string;
  disabled: number;
  expires_at: number | null;
  via_name: string;
  limited: number;
  /** Of a session: when it ends unless the person does something. */
  ends_at?: number;
  last_seen_at?: number;
  second_factor: string | null;
}

async function loadSession(db: Database, id: string, rules: SessionRules): Promise<Found | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'users.id as user_id',
      'users.email',
      'users.name as user_name',
      'users.disabled',
      'sessions.id',
      'sessions.created_at',
      'sessions.last_seen_at',
      'sessions.expires_at',
      'sessions.second_factor',
    ])
    .where('sessions.id', '=', id)
    // Whatever made it, a session of a service account is none: it has no sign-in.
    .where('users.kind', '=', 'person')
    .executeTakeFirst();
  return row && { ...row, expires_at: rules.expiryOf(row), ends_at: rules.endOf(row), via_name: '', limited: 0 };
}

async function loadToken(db: Database, id: string): Promise<Found | undefined> {
  const row = await db
    .selectFrom('tokens')
    .innerJoin('users', 'users.id', 'tokens.user_id')
    .select([
      'users.id as user_id',
      'users.email',
      'users.name as user_name',
      'users.disabled',
      'tokens.expires_at',
      'tokens.name as via_name',
      'tokens.limited',
    ])
    .where('tokens.id', '=', id)
    .executeTakeFirst();
  return row && { ...row, second_factor: null };
}
