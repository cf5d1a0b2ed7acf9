import type { Principal } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import type { RecordingChange } from './recordings/types.ts';

export interface AuditTarget {
  kind: string;
  id: string;
  name: string;
  labels?: Record<string, string>;
}

/** What people do with their own account and what happens at the console's door, recorded beside the operations. */
export type ConsoleEvent =
  | 'session.sign-in'
  | 'session.sign-out'
  | 'session.end'
  | 'account.update'
  | 'account.password'
  | 'account.second-factor'
  | 'account.recovery-codes'
  | 'account.connect'
  | 'account.disconnect'
  | 'token.create'
  | 'token.revoke'
  | 'user.created-by-provider'
  | 'console.setup'
  | 'console.retention'
  | 'console.recording'
  | 'invitation.accept'
  | 'password.reset';

export interface AuditBegin {
  principal: Principal | { kind: 'anonymous'; address?: string };
  operation: Operation | ConsoleEvent | 'unknown';
  engineId?: string;
  engineName?: string;
  targets: AuditTarget[];
  /** Parameters with secrets already masked. */
  params?: Record<string, unknown>;
}

export interface AuditEnd {
  outcome: 'done' | 'failed' | 'denied';
  status?: number;
  reason?: string;
  bytesIn?: number;
  bytesOut?: number;
  durationMs: number;
  error?: string;
}

export interface AuditRecord {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  userId?: string;
  email?: string;
  via?: string;
  address?: string;
  operation: string;
  engineId?: string;
  engineName?: string;
  targets: AuditTarget[];
  params?: Record<string, unknown>;
  /** `pending` while it runs; `unknown` when the console ended before it did. */
  outcome: 'pending' | 'done' | 'failed' | 'denied' | 'unknown';
  status?: number;
  reason?: string;
  bytesIn?: number;
  bytesOut?: number;
  durationMs?: number;
  error?: string;
  /** Repeated denials are folded: how many this record stands for. */
  count: number;
}

export interface AuditQuery {
  text?: string;
  userId?: string;
  operation?: string;
  engineId?: string;
  target?: string;
  /** Another name or id of the same object: either is found. */
  alias?: string;
  outcome?: string;
  fromMs?: number;
  toMs?: number;
  /** Record id; only older ones. */
  before?: string;
  limit: number;
}

/** A state of a record that is stored, with the end of the chain after it. */
export interface StoredState {
  phase: 'begin' | 'end';
  record: AuditRecord;
  chain: { seq: number; hash: string };
}

export type StoredListener = (state: StoredState) => void;

export interface Audit {
  /** Resolves with the record's id once it is stored durably; rejects when it can't be (the work must then not begin). */
  begin(record: AuditBegin): Promise<string>;
  /** Never rejects; a lost end shows as `unknown` after the next start. */
  end(id: string, end: AuditEnd): Promise<void>;
  /** A denial or another event that is over as it is recorded. Repeated refusals within a minute are folded. */
  record(record: AuditBegin, end: AuditEnd): Promise<string>;
  /** Reads that need no record of their own: counted per principal, operation, engine and minute. */
  count(record: AuditBegin): void;
  /** Tells every state of a record once it is stored, in order; gives the end of the listening. */
  onStored(listener: StoredListener): () => void;
  /** Stores a part of a recording; resolves when it is durable. For the recorder. */
  writeRecording(change: RecordingChange): Promise<void>;
  /** Deletes a part of what began before this time, oldest first. Call it until `done`. */
  cut(floorMs: number): Promise<{ records: number; done: boolean }>;
  query(query: AuditQuery): Promise<{ records: AuditRecord[]; more: boolean }>;
  get(id: string): Promise<AuditRecord | undefined>;
  counts(query: {
    fromMs: number;
    toMs: number;
  }): Promise<{ email: string; operation: string; engineName: string; count: number }[]>;
  stop(): Promise<void>;
}
