import type { Fact, MadeFacts } from '#lib/shared/policy.ts';
import type { TargetRef } from './classified.ts';

/** Why a request or an object counts as host access; also what the create policies judge, see Fact. */
export interface HostAccessReason extends Fact {
  /** For people, a whole sentence. */
  sentence: string;
}

/**
 * Another object that the request uses. Dispatch resolves each and decides: the grant must cover it, and when it has
 * host access by the engine's own inspect (see host-access.ts), so has this request.
 */
export interface Reference {
  kind: 'container' | 'image' | 'network' | 'volume';
  /** Name or id as sent. */
  name: string;
  /**
   * namespace: joins it (container). volumes-from: mounts its volumes (container). link: resolves its name (container).
   * mount: mounted (volume, image). join: connected (network). image: runs it.
   */
  use: 'namespace' | 'volumes-from' | 'link' | 'mount' | 'join' | 'image';
  /** Where it stands. */
  field: string;
}

/** What inspect found. */
export interface Inspected {
  /** Re-encoded; forward exactly this. Absent when the request has no JSON body (or a streamed one). */
  body?: Buffer;
  /** Not empty: only for principals with host access. */
  hostAccess: HostAccessReason[];
  /** What policies judge besides: images, ports, log drivers that keep the log here. */
  facts: Fact[];
  /** Where something is made or changed whose limits and labels policies may require. */
  made?: MadeFacts;
  references: Reference[];
  /** Hosts that the request makes the engine talk to, each also among `hostAccess` where it counts. */
  callsOut: string[];
  /** Targets from path, query and body. */
  targets: TargetRef[];
  /** For the record: query and body in short, secrets masked. */
  params: Record<string, unknown>;
}
