import type { Capabilities } from './access.ts';
import type { EngineStatus, InventoryChange, InventoryKind, InventorySnapshot } from './inventory.ts';

/** Path of the socket.io endpoint. */
export const realtimePath = '/realtime';

/** Unacknowledged bytes a channel may have under way to one viewer before its source is paused or skipped. */
export const channelWindowBytes = 256 * 1024;

export type Ack<T> = (
  reply: { ok: true; value: T } | { ok: false; error: { code: string; message: string; auditId?: string } },
) => void;

/** Opens one log view over one or several containers (of one or several engines). */
export interface LogsOpen {
  sources: { engine: string; container: string }[];
  stdout: boolean;
  stderr: boolean;
  /** Lines of history per source, at most 100,000 with follow; without follow 0 means all. */
  tail: number;
  /** Seconds, RFC 3339 or a duration back from now (`10m`), as the docker command line takes them. */
  since?: string;
  until?: string;
  follow: boolean;
}

/** One line. `time` is the engine's own RFC 3339 with nanoseconds; `text` has ANSI codes, no line end. */
export interface LogLine {
  /** Index into LogsOpen.sources. */
  source: number;
  stream: 'stdout' | 'stderr';
  time: string;
  text: string;
  /** The line was cut at 256 KB; this many bytes are not shown. */
  cutBytes?: number;
}

/** What a logs channel sends. `skipped` stands where that many lines are missing because this viewer was too slow. */
export type LogsItem = LogLine | { source: number; skipped: number } | { source: number; notice: string };

export interface LogsBefore {
  engine: string;
  container: string;
  stdout: boolean;
  stderr: boolean;
  /** Lines strictly older than this RFC 3339 time. */
  before: string;
  count: number;
  /** How many lines newer than `before` the viewer has seen, when it knows: saves the server the looking. */
  newer?: number;
}

/** Server-side search over the whole log; matches arrive on the channel, oldest first; ends when read through. */
export interface LogsSearch {
  sources: { engine: string; container: string }[];
  pattern: string;
  regex: boolean;
  caseSensitive: boolean;
  since?: string;
  until?: string;
  /** At most this many matches; the rest is counted. */
  limit: number;
}

export type SearchItem = LogLine | { progress: { linesRead: number; matches: number; done: boolean } };

export interface TerminalOpen {
  engine: string;
  container: string;
  kind: 'exec' | 'attach';
  /** exec only; empty: the first shell found by looking. */
  command: string[];
  user?: string;
  cols: number;
  rows: number;
}

/** A held terminal; survives a reload for five minutes. */
export interface TerminalInfo {
  id: string;
  engine: string;
  container: string;
  containerName: string;
  kind: 'exec' | 'attach';
  command: string[];
  user?: string;
  tty: boolean;
  state: 'open' | 'exited';
  exitCode?: number;
}

export type TerminalItem = { data: string } | { exit: { code?: number; message: string } };

/** One sample; CPU in percent of one core, memory in bytes, network and disk as totals in bytes. */
export interface StatsItem {
  at: number;
  cpuPercent: number;
  cpus: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  netRxBytes: number;
  netTxBytes: number;
  diskReadBytes: number;
  diskWriteBytes: number;
  pids: number;
}

/** Sums over an engine's running containers, sampled slowly and only while someone looks. */
export interface EngineStatsItem {
  engine: string;
  at: number;
  cpuPercent: number;
  memoryBytes: number;
  sampled: number;
  running: number;
}

export interface EventItem {
  time: string;
  type: string;
  action: string;
  actorId: string;
  name: string;
  attributes: Record<string, string>;
}

/** One Engine API request of a job, sent through the door as the person who started it. */
export interface JobStep {
  engine: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without version prefix, with query, e.g. `/containers/abc/stop?t=10`. */
  path: string;
  body?: unknown;
  /** What the person sees, e.g. `stop web-1`. */
  label: string;
}

export interface JobRequest {
  title: string;
  steps: JobStep[];
  /** After a failed step the rest goes on, unless this is set. */
  stopOnError?: boolean;
}

export interface JobItem {
  label: string;
  engine: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  /** The engine's own words, or the result (space reclaimed, image id). */
  message?: string;
  auditId?: string;
  /** Pull and push: one row per layer. */
  layers?: { id: string; status: string; current?: number; total?: number }[];
}

export interface Job {
  id: string;
  title: string;
  userId: string;
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  createdAt: number;
  endedAt?: number;
  items: JobItem[];
}

/** Browser to server. Every `open` answers with a channel id; data then comes as `channel:data` for that id. */
export interface ClientToServer {
  'inventory:open': (
    request: { kinds: InventoryKind[] },
    ack: Ack<{ engines: EngineStatus[]; snapshots: InventorySnapshot[]; capabilities: Capabilities }>,
  ) => void;
  'inventory:snapshot': (request: { engine: string; kinds: InventoryKind[] }, ack: Ack<InventorySnapshot>) => void;
  'inventory:close': () => void;
  'logs:open': (request: LogsOpen, ack: Ack<{ channel: string }>) => void;
  'logs:before': (request: LogsBefore, ack: Ack<{ lines: LogLine[]; more: boolean }>) => void;
  'logs:search': (request: LogsSearch, ack: Ack<{ channel: string }>) => void;
  'terminal:open': (request: TerminalOpen, ack: Ack<{ channel: string; terminal: TerminalInfo }>) => void;
  'terminal:list': (request: { engine: string; container: string }, ack: Ack<TerminalInfo[]>) => void;
  /** Joins a held terminal; its last 256 KB come first. */
  'terminal:resume': (
    request: { id: string; cols: number; rows: number },
    ack: Ack<{ channel: string; terminal: TerminalInfo }>,
  ) => void;
  'terminal:input': (channel: string, data: string, ack?: Ack<null>) => void;
  'terminal:resize': (channel: string, size: { cols: number; rows: number }) => void;
  /** Ends the process, unlike closing the channel. */
  'terminal:end': (request: { id: string }, ack: Ack<null>) => void;
  'terminal:shells': (
    request: { engine: string; container: string },
    ack: Ack<{ shells: string[]; problem?: string }>,
  ) => void;
  'stats:open': (request: { engine: string; container: string }, ack: Ack<{ channel: string }>) => void;
  'engine-stats:open': (request: { engines: string[] }, ack: Ack<{ channel: string }>) => void;
  'events:open': (request: { engine: string; since?: string }, ack: Ack<{ channel: string }>) => void;
  'jobs:open': (ack: Ack<Job[]>) => void;
  'job:start': (request: JobRequest, ack: Ack<Job>) => void;
  'job:cancel': (request: { id: string }, ack: Ack<null>) => void;
  /** The viewer has shown this many bytes (as counted in `channel:data`). */
  'channel:ack': (channel: string, bytes: number) => void;
  'channel:close': (channel: string) => void;
}

/** Server to browser. */
export interface ServerToClient {
  'inventory:change': (change: InventoryChange) => void;
  'inventory:reset': (snapshot: InventorySnapshot) => void;
  /** Every engine this person may see, whenever one of them changes. */
  'engines:status': (engines: EngineStatus[]) => void;
  capabilities: (capabilities: Capabilities) => void;
  /** `items` are LogsItem, SearchItem, TerminalItem, StatsItem, EngineStatsItem or EventItem by what was opened. */
  'channel:data': (channel: string, items: unknown[], bytes: number) => void;
  'channel:end': (channel: string, end: { code: string; message: string }) => void;
  'job:change': (job: Job) => void;
  /** The session or the last grant is gone; the page says why. */
  'session:end': (message: string) => void;
}
