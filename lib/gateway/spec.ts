import type { EngineOperation } from '#lib/shared/operations.ts';
import type { FactKind } from '#lib/shared/policy.ts';

/** The kinds of object that an operation can be about. */
export type TargetKind =
  | 'container'
  | 'exec'
  | 'image'
  | 'network'
  | 'volume'
  | 'service'
  | 'task'
  | 'node'
  | 'secret'
  | 'config'
  | 'plugin';

/** Where the name of a target stands in the request. */
export interface TargetSpec {
  kind: TargetKind;
  from: 'path' | 'query' | 'body';
  /** Path or query parameter, or the field of the body. */
  param: string;
  /** The target comes into being by this operation (a tag, a name to create), so there is nothing to resolve. */
  makes?: true;
}

export interface QueryParam {
  type: 'string' | 'boolean' | 'integer' | 'json';
  /** May stand several times; every other parameter may stand once. */
  list?: true;
  /** The API version that brought it, `1.43`; absent: 1.25 or earlier. */
  since?: string;
}

/** Names of the body tables in fields.ts. */
export type BodyName =
  | 'auth'
  | 'config-create'
  | 'config-update'
  | 'container-create'
  | 'container-update'
  | 'commit'
  | 'exec-create'
  | 'exec-start'
  | 'network-connect'
  | 'network-create'
  | 'network-disconnect'
  | 'node-update'
  | 'plugin-privileges'
  | 'plugin-set'
  | 'secret-create'
  | 'secret-update'
  | 'service-create'
  | 'service-update'
  | 'swarm-init'
  | 'swarm-join'
  | 'swarm-unlock'
  | 'swarm-update'
  | 'volume-create'
  | 'volume-update';

/**
 * One operation of the Engine API as data. The door reads it; nothing about an operation stands anywhere else.
 */
export interface OperationSpec {
  name: EngineOperation;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** `/containers/{id}/json`. A parameter marked `{name*}` may span slashes. */
  path: string;
  /** The API version that brought the operation, `1.25` for everything older. */
  since: string;
  targets: readonly TargetSpec[];
  query: Readonly<Record<string, QueryParam>>;
  /** JSON of that table (inspected, re-encoded), raw bytes passed on (tar, hijacked streams), or nothing. */
  body: 'none' | 'stream' | { json: BodyName; optional?: true };
  /** Content-Type that goes on with a body; absent without one. */
  contentType?: string;
  /**
   * `read`: a limit to the first byte. `wait`: a read whose head may be late (stats, events, wait, logs). `change`:
   * never cut while the client waits.
   */
  timeout: 'read' | 'wait' | 'change';
  /** `stream`: the reply may go on for long. `upgrade`: becomes a two-way stream. */
  streaming: 'none' | 'stream' | 'upgrade';
  /** recorded: begun in the trail before the work. sensitive: a read that is recorded. counted: summed per minute. */
  audit: 'recorded' | 'sensitive' | 'counted';
  /** Why the operation needs host access whatever it carries; a sentence for people. */
  hostAccess?: string;
  /**
   * The operation runs, enters or writes into its container: when that has host access, so does the operation.
   * `when-stopped`: only if the container is not running (restart starts it).
   */
  usesTarget?: 'always' | 'when-stopped';
  /** masked: the reply is masked for whoever may not see secrets. needed: only for whoever may see secrets. */
  secrets?: 'masked' | 'needed';
  /** Recorded like a sensitive read when the reply goes out unmasked. */
  sensitiveUnmasked?: true;
}

/** How the create policies see an operation that needs host access whatever it carries. */
export function hostAccessKind({ name }: Pick<OperationSpec, 'name'>): FactKind {
  if (name.startsWith('plugin.')) return 'plugin';
  return name.startsWith('session.') ? 'session' : 'unknown';
}
