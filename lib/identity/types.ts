import type { IncomingHttpHeaders } from 'node:http';
import type { Grant, GrantScope, Principal, UserPrincipal } from '#lib/shared/access.ts';

export interface User {
  id: string;
  email: string;
  name: string;
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
  /** By `Authorization: Bearer <token>`; session JWTs are refused here on purpose. */
  byToken(client: ClientFacts): Promise<UserPrincipal | undefined>;
  /**
   * Pushed, not polled: calls back when a grant, token, session or user that this principal lives on has changed,
   * with the principal as it is now, or undefined when it ended (expiry included). Return value ends the watch.
   */
  watch(principal: Principal, listener: (current: UserPrincipal | undefined) => void): () => void;

  users: {
    list(): Promise<User[]>;
    get(id: string): Promise<User | undefined>;
    byEmail(email: string): Promise<User | undefined>;
    create(input: { email: string; name: string; password?: string }): Promise<User>;
    update(id: string, change: { name?: string; email?: string; disabled?: boolean }): Promise<User>;
    setPassword(id: string, password: string): Promise<void>;
    /** Throws forbidden when `current` is wrong; ends the user's other sessions. */
    changePassword(id: string, current: string, next: string, keepSessionId?: string): Promise<void>;
    remove(id: string): Promise<void>;
    count(): Promise<number>;
  };
  sessions: {
    list(userId: string): Promise<Session[]>;
    create(userId: string, client: ClientFacts): Promise<Session>;
    revoke(id: string): Promise<void>;
    revokeAll(userId: string, exceptId?: string): Promise<void>;
  };
  tokens: {
    list(userId?: string): Promise<Token[]>;
    /** `secret` is shown once. `expiresAt` in ms since 1970. */
    create(input: { userId: string; name: string; expiresAt?: number }): Promise<{ token: Token; secret: string }>;
    revoke(id: string): Promise<void>;
  };
  grants: {
    list(subject?: { kind: Grant['subjectKind']; id: string }): Promise<Grant[]>;
    add(input: Omit<Grant, 'id'>): Promise<Grant>;
    remove(id: string): Promise<void>;
  };
  /** Throttled per account and per address; the same time for known and unknown e-mails. Undefined: wrong. */
  checkPassword(email: string, password: string, address: string): Promise<User | undefined>;
  /** First run without administrator: the one-time secret of the setup link; undefined once used or not needed. */
  setupSecret(): string | undefined;
  completeSetup(secret: string, input: { email: string; name: string; password: string }): Promise<User>;
  /** A per-session secret for form posts (downloads), bound to the session id. */
  csrfToken(principal: UserPrincipal): string;
  checkCsrfToken(principal: UserPrincipal, token: string): boolean;
  stop(): Promise<void>;
}

export type { Grant, GrantScope };
