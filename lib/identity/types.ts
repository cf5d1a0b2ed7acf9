import type { IncomingHttpHeaders } from 'node:http';
import type { Grant, GrantScope, Principal, Role, RoleBook, UserPrincipal } from '#lib/shared/access.ts';
import type { AccountKind, LinkShown, RoleShown, Team, TeamMember } from '#lib/shared/directory.ts';
import type { SecondFactorUsed, SignInPolicy } from '#lib/shared/sign-in.ts';
import type { Confirm } from './confirm.ts';
import type { SecondFactors } from './second-factor/types.ts';
import type { SettingsStore } from './settings.ts';
import type { SignInSteps } from './sign-in-step.ts';
import type { Sso } from './sso/types.ts';

export interface User {
  id: string;
  /** Of a service account: its name, which has no @. */
  email: string;
  /** Of a service account: what it is for. */
  name: string;
  kind: AccountKind;
  disabled: boolean;
  createdAt: number;
  lastSeenAt?: number;
}

export interface Session {
  id: string;
  userId: string;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
  userAgent: string;
  address: string;
}

export interface Token {
  id: string;
  userId: string;
  name: string;
  /** The first characters, to tell tokens apart; never the token. */
  hint: string;
  createdAt: number;
  expiresAt?: number;
  lastUsedAt?: number;
  /** It has grants of its own: what it does must be allowed by them and by its owner's. */
  limited: boolean;
}

/** What a grant gives and where, before it is known to whom. */
export type GrantInput = Omit<Grant, 'id' | 'subjectKind' | 'subjectId'>;

export interface RoleInput {
  name: string;
  description: string;
  /** `container.*`, `*.list`, `image.pull`: see expandPatterns. */
  patterns: string[];
  hostAccess: boolean;
  seeSecrets: boolean;
}

export interface ClientFacts {
  headers: IncomingHttpHeaders;
  /** After trusted proxies. */
  address: string;
}

/** Users, sessions, tokens, grants: who somebody is. What they may do is lib/authz's business. */
export interface Identity {
  /** The key of the session cookie's JWT, for next-auth's options; never leaves the server. */
  readonly jwtSecret: string;
  /** By the session cookie. Undefined: nobody, expired, revoked or disabled. */
  bySession(client: ClientFacts): Promise<UserPrincipal | undefined>;
  /**
   * By the session cookie of somebody who needs a second factor and has not given one, whom `bySession` does not know:
   * he may add one and nothing else. Without grants, so that a route that asks here by mistake gives nothing away.
   */
  byUnfinishedSession(client: ClientFacts): Promise<UserPrincipal | undefined>;
  /** By `Authorization: Bearer <token>`; session JWTs are refused here on purpose. */
  byToken(client: ClientFacts): Promise<UserPrincipal | undefined>;
  /**
   * Pushed, not polled: calls back when a grant, token, session or user that this principal lives on has changed,
   * with the principal as it is now, or undefined when it ended (expiry included). Return value ends the watch.
   */
  watch(principal: Principal, listener: (current: UserPrincipal | undefined) => void): () => void;

  /** The person behind a session has done something that is no request: typed into a terminal. */
  touch(principal: UserPrincipal): void;

  users: {
    /** People and service accounts. */
    list(): Promise<User[]>;
    get(id: string): Promise<User | undefined>;
    byEmail(email: string): Promise<User | undefined>;
    create(input: { email: string; name: string; password?: string }): Promise<User>;
    update(id: string, change: { name?: string; email?: string; disabled?: boolean }): Promise<User>;
    /** Or comes by an identity provider, or by a passkey, alone. */
    hasPassword(id: string): Promise<boolean>;
    setPassword(id: string, password: string): Promise<void>;
    /** Throws forbidden when `current` is wrong; ends the user's other sessions. */
    changePassword(id: string, current: string, next: string, keepSessionId?: string): Promise<void>;
    remove(id: string): Promise<void>;
    count(): Promise<number>;
  };
  sessions: {
    list(userId: string): Promise<Session[]>;
    /** `secondFactor`: how it was given at the sign-in; absent: it was not. */
    create(userId: string, client: ClientFacts, secondFactor?: SecondFactorUsed): Promise<Session>;
    revoke(id: string): Promise<void>;
    revokeAll(userId: string, exceptId?: string): Promise<void>;
  };
  tokens: {
    list(userId?: string): Promise<Token[]>;
    /** `secret` is shown once. `expiresAt` in ms since 1970. `grants`: its own, at least one; absent: its owner's. */
    create(input: {
      userId: string;
      name: string;
      expiresAt?: number;
      grants?: GrantInput[];
    }): Promise<{ token: Token; secret: string }>;
    revoke(id: string): Promise<void>;
  };
  grants: {
    list(subject?: { kind: Grant['subjectKind']; id: string }): Promise<Grant[]>;
    get(id: string): Promise<Grant | undefined>;
    /** The user's own and those of the user's teams, ended ones included. */
    ofUser(userId: string): Promise<Grant[]>;
    /** E-mail, service account, team or token of any grant's subject; '' when it is gone. */
    subjectNames(): Promise<(grant: Pick<Grant, 'subjectKind' | 'subjectId'>) => string>;
    add(input: Omit<Grant, 'id'>): Promise<Grant>;
    /** null takes the end or the reason away. */
    update(id: string, change: { expiresAt?: number | null; reason?: string | null }): Promise<Grant>;
    remove(id: string): Promise<void>;
  };
  teams: {
    list(): Promise<Team[]>;
    get(id: string): Promise<Team | undefined>;
    create(input: { name: string; description: string }): Promise<Team>;
    update(id: string, change: { name?: string; description?: string }): Promise<Team>;
    /** With its grants and memberships. */
    remove(id: string): Promise<void>;
    members(id: string): Promise<TeamMember[]>;
    ofUser(userId: string): Promise<{ id: string; name: string }[]>;
    /** By user id; whoever is in no team is absent. */
    memberships(): Promise<ReadonlyMap<string, readonly { id: string; name: string }[]>>;
    addMember(id: string, userId: string): Promise<void>;
    /** Throws conflict when the identity provider alone put the person there. */
    removeMember(id: string, userId: string): Promise<void>;
  };
  roles: {
    /** Built-in ones first. */
    list(): Promise<RoleShown[]>;
    /** What a role would be; throws bad-request like create. */
    preview(input: RoleInput): Role;
    create(input: RoleInput): Promise<RoleShown>;
    /** A new name goes into the grants that name it. */
    update(name: string, change: Partial<RoleInput>): Promise<RoleShown>;
    /** Throws conflict while somebody has it, and says who. */
    remove(name: string): Promise<void>;
  };
  /** The roles in force, also those of principals; swapped for another book when a role changes. */
  roleBook(): RoleBook;
  /** One-time links: invitations and password resets. `secret` is shown once. */
  links: {
    /** Those that are open. */
    list(): Promise<LinkShown[]>;
    /** Takes the place of an open one to the same e-mail. `lastsMs`: 7 days unless given, 30 at most. */
    invite(input: {
      email: string;
      name?: string;
      teams?: string[];
      grants?: GrantInput[];
      createdBy: string;
      lastsMs?: number;
    }): Promise<{ link: LinkShown; secret: string }>;
    /** Works for a day; a new password, however set, ends it. */
    resetPassword(userId: string, createdBy: string): Promise<{ link: LinkShown; secret: string }>;
    revoke(id: string): Promise<void>;
    /** What a link is for, without using it; undefined: not valid. */
    peek(secret: string): Promise<LinkShown | undefined>;
    /** Throws forbidden when the link was used or has ended, bad-request when the password is refused. */
    accept(
      secret: string,
      input: { name?: string; password: string },
    ): Promise<{ kind: 'invite' | 'reset'; user: User }>;
  };
  /** The console's settings. */
  settings: SettingsStore;
  serviceAccounts: {
    list(): Promise<User[]>;
    create(input: { name: string; description?: string }): Promise<User>;
  };
  /** Throttled per account and per address; the same time for known and unknown e-mails. Undefined: wrong. */
  checkPassword(email: string, password: string, address: string): Promise<User | undefined>;
  signInPolicy: {
    get(): Promise<SignInPolicy>;
    update(change: Partial<SignInPolicy>): Promise<SignInPolicy>;
    /** Whether this person must have a second factor now. */
    needsSecondFactor(userId: string): Promise<boolean>;
  };
  signInSteps: SignInSteps;
  secondFactors: SecondFactors;
  /** Before what would let somebody keep or weaken the account. */
  confirm: Confirm;
  sso: Sso;
  /** First run without administrator: the one-time secret of the setup link; undefined once used or not needed. */
  setupSecret(): string | undefined;
  completeSetup(secret: string, input: { email: string; name: string; password: string }): Promise<User>;
  /** A per-session secret for form posts (downloads), bound to the session id. */
  csrfToken(principal: UserPrincipal): string;
  checkCsrfToken(principal: UserPrincipal, token: string): boolean;
  stop(): Promise<void>;
}

export type { Grant, GrantScope };
