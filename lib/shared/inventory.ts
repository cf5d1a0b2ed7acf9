/**
 * All labels as the engine told them, on rows whose `labels` are cut or masked: what decides about scopes must not be.
 * Null: too many to keep. JSON leaves symbols out, so they never reach a reader.
 */
export const wholeLabels: unique symbol = Symbol('whole labels');

interface Labelled {
  labels: Record<string, string>;
  [wholeLabels]?: Readonly<Record<string, string>> | null;
}

/**
 * The rows that lists show: what the watch keeps of each engine, small on the wire. `id` is unique within its engine
 * and kind; `engine` is the engine's current name.
 */
export interface ContainerRow extends Labelled {
  kind: 'container';
  engine: string;
  id: string;
  /** Without the leading slash. */
  name: string;
  image: string;
  imageId: string;
  /** Docker's own word: created, running, paused, restarting, removing, exited, dead. */
  state: string;
  /** Docker's own sentence, e.g. `Exited (137) 2 hours ago`. */
  status: string;
  health?: 'healthy' | 'unhealthy' | 'starting';
  exitCode?: number;
  /** Seconds since 1970. */
  createdAt: number;
  /** Milliseconds since 1970, of the last start, when known. */
  startedAt?: number;
  /**
   * When the present state (running, exited ...) began, ms since 1970: exact where an event told it, else as exact as
   * the words in `status`.
   */
  sinceAt?: number;
  ports: { ip?: string; private: number; public?: number; type: string }[];
  networks: string[];
  mounts: { type: string; name?: string; source?: string; destination: string }[];
  /** The compose project and service, from the labels. */
  project?: string;
  service?: string;
  command: string;
}

export interface ImageRow {
  kind: 'image';
  engine: string;
  id: string;
  tags: string[];
  digests: string[];
  sizeBytes: number;
  createdAt: number;
  labels: Record<string, string>;
  /** How many containers of this engine use it. */
  containers: number;
}

export interface NetworkRow extends Labelled {
  kind: 'network';
  engine: string;
  id: string;
  name: string;
  driver: string;
  scope: string;
  internal: boolean;
  attachable: boolean;
  ipv6: boolean;
  subnets: string[];
  createdAt: number;
  containers: number;
  /** bridge, host, none: can't be removed. */
  builtIn: boolean;
}

export interface VolumeRow extends Labelled {
  kind: 'volume';
  engine: string;
  /** The volume's name. */
  id: string;
  name: string;
  driver: string;
  scope: string;
  mountpoint: string;
  createdAt: number;
  options: Record<string, string>;
  containers: number;
  anonymous: boolean;
}

export type InventoryRow = ContainerRow | ImageRow | NetworkRow | VolumeRow;
export type InventoryKind = InventoryRow['kind'];
export const inventoryKinds = ['container', 'image', 'network', 'volume'] as const;

/** What the fleet page and the banners show of one engine. */
export interface EngineStatus {
  id: string;
  name: string;
  aliases: string[];
  tags: string[];
  url: string;
  transport: 'unix' | 'tcp' | 'tls' | 'ssh';
  /**
   * connecting: not yet answered since the start; live: the watch runs; stale: it ran and broke, what is shown is of
   * `asOf`; down: never answered or refused.
   */
  state: 'connecting' | 'live' | 'stale' | 'down';
  /** A sentence with the engine's own words, when not live. */
  problem?: string;
  /** When the next attempt comes, ms since 1970. */
  retryAt?: number;
  /** When what is shown was true, ms since 1970; absent: nothing known yet. */
  asOf?: number;
  version?: string;
  apiVersion?: string;
  minApiVersion?: string;
  os?: string;
  arch?: string;
  kernel?: string;
  hostname?: string;
  /** `Docker` or `Podman`. */
  product?: string;
  cpus?: number;
  memoryBytes?: number;
  counts?: {
    running: number;
    paused: number;
    stopped: number;
    containers: number;
    images: number;
    networks: number;
    volumes: number;
  };
  /** Host key that must be confirmed or has changed (ssh only). */
  hostKey?: { status: 'new' | 'changed'; presented: string; pinned?: string };
}

/** A versioned step of one engine's snapshot; a reader that misses a version asks for the snapshot again. */
export interface InventoryChange {
  engine: string;
  version: number;
  asOf: number;
  upserts: InventoryRow[];
  removes: { kind: InventoryKind; id: string }[];
}

export interface InventorySnapshot {
  engine: string;
  version: number;
  /** Absent: the engine has not answered since the console started; nothing is known, which is not the same as none. */
  asOf?: number;
  rows: InventoryRow[];
  /** Grants of the reader have changed: what is missing now is out of his sight, which is not the same as removed. */
  because?: 'access';
}
