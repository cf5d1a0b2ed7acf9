import type { Agent, IncomingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { Config } from '#lib/config.ts';
import type { EngineRef } from '#lib/shared/access.ts';
import type { EngineStatus, InventoryChange, InventoryKind, InventorySnapshot } from '#lib/shared/inventory.ts';

/** An engine as configured, without its secrets. */
export interface EngineConfig extends EngineRef {
  aliases: string[];
  /** unix:///path, tcp://host:port or ssh://user@host[:port]; TLS is tcp with certificates. */
  url: string;
  transport: 'unix' | 'tcp' | 'tls' | 'ssh';
  /** ssh: the pinned host key, `SHA256:...`. */
  hostKey?: string;
}

/** PEM texts (TLS) or an OpenSSH private key (ssh); stored encrypted, never sent to a browser. */
export interface EngineSecrets {
  ca?: string;
  cert?: string;
  key?: string;
  identity?: string;
}

export interface EngineInput {
  name: string;
  url: string;
  tags: string[];
  secrets: EngineSecrets;
  hostKey?: string;
}

export interface EngineRequest {
  method: string;
  /** Path and query as they go onto the wire, version prefix included or not. */
  path: string;
  headers: Record<string, string | string[]>;
  body?: Buffer | Readable;
  signal: AbortSignal;
  /** Milliseconds to the response head; absent: no limit. */
  headTimeoutMs?: number;
}

export interface EngineResponse {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Readable;
}

/** What an engine test found. */
export interface EngineTest {
  ok: boolean;
  message: string;
  version?: string;
  apiVersion?: string;
  /** ssh: fingerprint that the host presented. */
  hostKey?: string;
}

/** The engine room: registry, transports, health and watch. The only room that knows dockerode. */
export interface Engines {
  list(): EngineConfig[];
  /** By id, name or alias. */
  find(nameOrId: string): EngineConfig | undefined;
  add(input: EngineInput): Promise<EngineConfig>;
  /**
   * Absent fields stay; `secrets` are merged by key, an empty text takes one away. Another host unpins the host key (''
   * does too). A renamed engine keeps its old name as an alias.
   */
  update(id: string, change: Partial<EngineInput>): Promise<EngineConfig>;
  remove(id: string): Promise<void>;
  /** Connects once, without storing anything. With `id` the stored secrets fill the absent ones. */
  test(input: Partial<EngineInput> & { id?: string }, signal: AbortSignal): Promise<EngineTest>;

  /**
   * First run: adds what PILOTHOUSE_ENGINES names, else the engine at DOCKER_HOST or the local socket if it answers.
   * Nothing happens once an engine was ever added. Throws bad-request, one sentence, for an entry that can't be used.
   */
  adoptFirst(config: Pick<Config, 'engines' | 'dockerHost'>): Promise<EngineConfig[]>;

  /** One request over the engine's keep-alive agent. Throws engine-unreachable or engine-timeout. */
  request(id: string, request: EngineRequest): Promise<EngineResponse>;
  /** A connection of its own (allowHalfOpen), for tunnels and upgrades; the caller ends it. */
  connect(id: string, signal: AbortSignal): Promise<Duplex>;
  agent(id: string): Agent;
  /** The API version that our own calls use, `1.41`; undefined until the engine has answered. */
  apiVersion(id: string): string | undefined;

  status(id: string): EngineStatus | undefined;
  statuses(): EngineStatus[];
  snapshot(id: string, kinds: readonly InventoryKind[]): InventorySnapshot;
  /** Synchronous listeners; return value ends the subscription. */
  onChange(listener: (engineId: string, change: InventoryChange) => void): () => void;
  /** The whole snapshot was replaced (first answer, reconnect with gaps). */
  onReset(listener: (engineId: string) => void): () => void;
  onStatus(listener: (engineId: string, status: EngineStatus | undefined) => void): () => void;

  start(): void;
  stop(): Promise<void>;
}
