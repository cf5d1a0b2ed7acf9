import type { Operation } from './operations.ts';

export const roleNames = ['viewer', 'operator', 'developer', 'maintainer', 'administrator', 'auditor'] as const;
export type RoleName = (typeof roleNames)[number];

/** Where a grant holds. `value` is the tag or the engine id; empty for `all`. */
export interface GrantScope {
  kind: 'all' | 'tag' | 'engine';
  value: string;
}

/** One row of who may do what, where. Data, so that teams, custom roles and resource scopes come as rows, not as code. */
export interface Grant {
  id: string;
  subjectKind: 'user' | 'team' | 'token';
  subjectId: string;
  role: string;
  scope: GrantScope;
  /** Milliseconds since 1970; absent: does not end. */
  expiresAt?: number;
  reason?: string;
}

/** What authorize needs to know of an engine. */
export interface EngineRef {
  id: string;
  name: string;
  tags: readonly string[];
}

/** Who asks. The same shape for a person at the browser, a token, and the console's own housekeeping. */
export type Principal = UserPrincipal | SystemPrincipal;

export interface UserPrincipal {
  kind: 'user';
  userId: string;
  email: string;
  name: string;
  via: { kind: 'session'; id: string } | { kind: 'token'; id: string; name: string };
  grants: readonly Grant[];
  /** Client address as the server saw it, trusted proxies taken into account. */
  address?: string;
  /** When the session or token that this principal came by ends, in ms since 1970. */
  expiresAt?: number;
}

/** The console's own watch and health checks: a fixed list of read-only operations, no grants. */
export interface SystemPrincipal {
  kind: 'system';
  purpose: string;
}

export interface Decision {
  allow: boolean;
  /** For people: goes into the record and into the 403. */
  reason: string;
  /** The grant that allowed it. */
  grantId?: string;
  /** Whether the deciding grants carry these; meaningful only when allowed. */
  hostAccess: boolean;
  seeSecrets: boolean;
}

/** What a page needs to know to offer only what will be allowed; the door decides again. */
export interface Capabilities {
  /** Operations by engine name; engines without any grant are absent. */
  engines: Record<string, { operations: Operation[]; hostAccess: boolean; seeSecrets: boolean }>;
  console: Operation[];
}
