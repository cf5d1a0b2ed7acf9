import type { Operation } from './operations.ts';

export const roleNames = ['viewer', 'operator', 'developer', 'maintainer', 'administrator', 'auditor'] as const;
export type RoleName = (typeof roleNames)[number];

/** Where a grant holds. `value` is the tag or the engine id; empty for `all`. */
export interface GrantScope {
  kind: 'all' | 'tag' | 'engine';
  value: string;
}

/**
 * Which objects on those engines a grant reaches. All parts that are given must hold. Containers, networks and volumes go
 * by labels, project and name; images by `images` alone, since whoever builds an image writes its labels.
 */
export interface ResourceScope {
  /** Selectors as Docker's label filter writes them: `key` or `key=value`. */
  labels?: readonly string[];
  /** The compose project, which is the label com.docker.compose.project. */
  project?: string;
  /** A pattern over the name; `*` stands for any characters. */
  name?: string;
  /** Patterns over `repository` or `repository:tag` as `docker images` shows them; one must match. */
  images?: readonly string[];
}

/** Marks an object as everybody's to read and join; only a grant on the whole of an engine may set it. */
export const sharedLabel = 'io.pilothouse.shared';

/** A real object of a request, as the engine told it, for a decision on a grant with a resource scope. */
export interface ScopeObject {
  kind: string;
  /** The name; of an image every `repository:tag` that it has. None: only grants on whole engines reach it. */
  names: readonly string[];
  labels?: Readonly<Record<string, string>>;
  /** All names must be in scope, not one of them: removing an image by id takes every name. */
  everyName?: boolean;
  /** In everybody's scope for what is asked: a shared object that is read or joined, never one that is changed. */
  shared?: boolean;
}

/** A named set of operations with the two rights that no operation carries by itself. */
export interface Role {
  name: string;
  /** One sentence for people. */
  description: string;
  operations: ReadonlySet<Operation>;
  /** Whether a request may reach the engine's host: privileged, host paths, devices... (lib/gateway inspects). */
  hostAccess: boolean;
  /** Whether secret values are shown; without it they are masked. */
  seeSecrets: boolean;
}

/** The roles that `authorize` decides by, by name. A grant of a role that is not in the book allows nothing. */
export type RoleBook = ReadonlyMap<string, Role>;

/** One row of who may do what, where. Data, so that teams, custom roles and resource scopes come as rows, not as code. */
export interface Grant {
  id: string;
  subjectKind: 'user' | 'team' | 'token';
  subjectId: string;
  role: string;
  scope: GrantScope;
  /** Absent: every object there. */
  resource?: ResourceScope;
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
  /** The user's own grants and those of the user's teams. */
  grants: readonly Grant[];
  /** A token's own grants: what is allowed must be allowed by these as well. Absent: whatever its owner may. */
  limits?: readonly Grant[];
  /** The roles that the grants name; absent: the built-in ones. */
  roles?: RoleBook;
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
  /** Allowed by grants with a resource scope alone: lists are filtered, new objects get the scope's labels. */
  scoped?: boolean;
  /** The flags differ from object to object: only a decision with the real objects tells them. */
  varies?: boolean;
  /** No grant shows this object of the request at all: it is answered as if it were not there. */
  outOfScope?: ScopeObject;
  /** Whether the deciding grants carry these; meaningful only when allowed. */
  hostAccess: boolean;
  seeSecrets: boolean;
}

export interface EngineCapabilities {
  operations: Operation[];
  hostAccess: boolean;
  seeSecrets: boolean;
  /** Only some of the objects there are reached. */
  scoped?: boolean;
  /** In words, the scopes that a new network or volume becomes part of; several: its labels must say which. */
  createsIn?: string[];
}

/** What a page needs to know to offer only what will be allowed; the door decides again. */
export interface Capabilities {
  /** Operations by engine name; engines without any grant are absent. */
  engines: Record<string, EngineCapabilities>;
  console: Operation[];
}
