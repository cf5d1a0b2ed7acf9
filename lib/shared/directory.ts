import type { Grant } from './access.ts';
import type { Operation } from './operations.ts';

/** A role as `/api/roles` lists it. */
export interface RoleShown {
  name: string;
  description: string;
  builtIn: boolean;
  /** As they were written; of a built-in role its operations. */
  patterns: string[];
  /** What the patterns name now. */
  operations: Operation[];
  hostAccess: boolean;
  seeSecrets: boolean;
  /** How many grants name it. */
  grants: number;
}

export interface Team {
  id: string;
  name: string;
  description: string;
  createdAt: number;
  /** How many. */
  members: number;
}

/** Why somebody is in a team: someone put him there, or a group of the identity provider did. */
export type MemberSource = 'manual' | 'sso';

export interface TeamMember {
  userId: string;
  email: string;
  name: string;
  kind: AccountKind;
  disabled: boolean;
  /** By both, a person stays when one of them ends. */
  sources: MemberSource[];
}

/** A person signs in; a service has only tokens. */
export type AccountKind = 'person' | 'service';

/** A one-time link that nobody has used yet; its secret was shown once. */
export interface LinkShown {
  id: string;
  kind: 'invite' | 'reset';
  email: string;
  /** Of an invitation: as it was written there; the person may choose another. */
  name: string;
  /** Ids of the teams that the person will be in. */
  teams: string[];
  /** What the person will be granted. */
  grants: Omit<Grant, 'id' | 'subjectKind' | 'subjectId'>[];
  /** An e-mail, or the command line. */
  createdBy: string;
  createdAt: number;
  expiresAt: number;
}

/** A grant with the names that people know its ids by. */
export interface GrantShown extends Grant {
  /** E-mail, service account, team or token; '' when it is gone. */
  subjectName: string;
  /** The engine's name when the grant is on one; '' when it is gone. */
  engineName?: string;
}
