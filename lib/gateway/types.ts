import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { AuditTarget } from '#lib/audit/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import type { Framing } from './wire.ts';

/** A request as it comes to the door, before anything is believed of it. */
export interface DoorRequest {
  /** Name, alias or id of the engine. */
  engine: string;
  method: string;
  /** After `/docker/<engine>`, exactly as sent: raw path with optional version prefix, without the query. */
  rawPath: string;
  /** After `?`, exactly as sent; '' without. */
  rawQuery: string;
  headers: IncomingHttpHeaders;
  body?: Readable | Buffer;
  /** The client asked for an upgrade (exec start, attach, session, grpc). */
  upgrade?: { protocol: string };
  /** One of the console's own small execs beside a terminal, which no client can ask for: never recorded. */
  isHelper?: boolean;
  /** The caller can make its connection a two-way stream for exec start and attach, though nobody asked for an upgrade. */
  hijack?: boolean;
  /** The caller can pass a body on as it is on the wire: an unfiltered stream is answered by `raw` then, not `body`. */
  raw?: boolean;
}

/** A reply's body as the engine frames it, for whoever writes to a socket of his own; the caller ends the socket. */
export interface RawReply {
  socket: Duplex;
  framing: Framing;
  reason: string;
  /** The last five bytes, kept by whoever pipes them: they tell a chunked body that ended from one that broke off. */
  tail?: Buffer;
}

/** What the engine answered, after filtering. Either a body, or (asked for) a raw one, or (status 101) the two-way stream. */
export interface DoorReply {
  status: number;
  headers: Record<string, string | string[]>;
  body?: Readable;
  raw?: RawReply;
  duplex?: Duplex;
  auditId?: string;
}

/** A request that passed everything up to the forward. The caller must call `end` exactly once if it never forwards. */
export interface Admission {
  operation: EngineOperation;
  engineId: string;
  engineName: string;
  /** The real objects, as the engine told them. */
  targets: AuditTarget[];
  auditId?: string;
  /** Whether the principal may see secret values (else replies are masked). */
  seeSecrets: boolean;
  /** Aborts when the right, token or session that it was admitted under ends; `reason` is an AppError. */
  revoked: AbortSignal;
  /** Sends it to the engine; the reply's end also ends the record. `signal` aborts upstream. */
  forward(signal: AbortSignal): Promise<DoorReply>;
  /**
   * Sends a variant of the admitted request: same method, operation and targets, another query (without `?`), classified
   * and rebuilt like the first. For container.logs, container.stats and system.events alone, whose one view consists of
   * several requests (history, follow, follow again after a restart): no record of its own, callable any number of
   * times, refused once `revoked`. Does not end the record; `end` does.
   */
  forwardPart(rawQuery: string, signal: AbortSignal): Promise<DoorReply>;
  /**
   * Ends the record without (or after) a forward of its own, e.g. for a viewer of a shared stream. Until then
   * `revoked` stays armed.
   */
  end(result: { outcome: 'done' | 'failed'; bytesOut?: number; error?: string }): Promise<void>;
}

/** The one way to an engine. */
export interface Door {
  /** admit, then forward. Throws AppError (with auditId where recorded) for everything that is refused. */
  dispatch(principal: Principal, request: DoorRequest, signal: AbortSignal): Promise<DoorReply>;
  admit(principal: Principal, request: DoorRequest, signal: AbortSignal): Promise<Admission>;
}
