import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '#lib/log.ts';
import { type AppError, appError } from '#lib/shared/errors.ts';
import type { EngineStatus, InventoryChange, InventoryKind, InventorySnapshot } from '#lib/shared/inventory.ts';
import { backoffMs, createBreaker } from './breaker.ts';
import type { Endpoint } from './endpoint.ts';
import { sendRequest } from './request.ts';
import { createSystemClient, type Send } from './system-calls.ts';
import { explainFailure, hostKeyProblem } from './transport/failures.ts';
import { connectStream, createTransport } from './transport/transport.ts';
import { TransportAgent } from './transport/transport-agent.ts';
import type { EngineConfig, EngineRequest, EngineResponse } from './types.ts';
import { type EngineVersion, readVersion } from './version.ts';
import { createInventory } from './watch/inventory.ts';
import { readInfo } from './watch/read-rows.ts';
import { runWatchSession } from './watch/watch-session.ts';

/** Requests of people at once; more wait. */
const socketsMax = 64;
/** Our own: the event stream, five lists and a ping. */
const systemSocketsMax = 8;
const versionTimeoutMs = 10_000;
/** A connection that held for this long was a good one: the next failure is tried again soon. */
const goodSessionMs = 10_000;
/** Counts change with every container; readers of the status get them this often at most. */
const statusTickMs = 250;

export interface LinkListeners {
  onChange: (change: InventoryChange) => void;
  onReset: () => void;
  onStatus: () => void;
}

/** Everything that lives for one configured engine: its connections, its health and its watch. */
export interface EngineLink {
  start(): void;
  /** Ends every connection, also those that people use. */
  stop(): Promise<void>;
  /** Another name or other tags; the connection stays. */
  describe(config: EngineConfig): void;
  request(request: EngineRequest): Promise<EngineResponse>;
  connect(signal: AbortSignal): Promise<Duplex>;
  agent(): Agent;
  apiVersion(): string | undefined;
  status(): EngineStatus;
  snapshot(kinds: readonly InventoryKind[]): InventorySnapshot;
}

export function createEngineLink(options: {
  config: EngineConfig;
  endpoint: Endpoint;
  listeners: LinkListeners;
  log: Log;
  now: () => number;
}): EngineLink {
  const { endpoint, listeners, log, now } = options;
  let { config } = options;
  const transport = createTransport(endpoint);
  const agent = new TransportAgent(transport, socketsMax);
  const systemAgent = new TransportAgent(transport, systemSocketsMax);
  const breaker = createBreaker();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  let state: EngineStatus['state'] = 'connecting';
  let problem: AppError | undefined;
  let retryAt: number | undefined;
  let asOf: number | undefined;
  let version: EngineVersion | undefined;
  let info: ReturnType<typeof readInfo> = {};
  const kindProblems = new Map<InventoryKind, string>();
  let clockOffsetMs: number | undefined;
  let statusTimer: NodeJS.Timeout | undefined;

  const inventory = createInventory({
    engine: config.name,
    now,
    onChange(change) {
      listeners.onChange(change);
      tellStatusSoon();
    },
    onReset() {
      listeners.onReset();
      tellStatusSoon();
    },
  });

  function tellStatus(): void {
    clearTimeout(statusTimer);
    statusTimer = undefined;
    if (!stopping.signal.aborted) listeners.onStatus();
  }

  function tellStatusSoon(): void {
    if (!stopping.signal.aborted) statusTimer ??= setTimeout(tellStatus, statusTickMs);
  }

  const send: Send = async (request) => {
    const response = await sendRequest(systemAgent, endpoint, request);
    const date = Date.parse(response.headers.date ?? '');
    if (!Number.isNaN(date)) clockOffsetMs = date - Date.now();
    return response;
  };
  const client = (signal: AbortSignal) => createSystemClient(send, version ? `/v${version.apiVersion}` : '', signal);

  async function greet(signal: AbortSignal): Promise<EngineVersion> {
    // Without a version: that is what every engine answers, whatever its lowest is.
    const limited = AbortSignal.any([signal, AbortSignal.timeout(versionTimeoutMs)]);
    return readVersion(await createSystemClient(send, '', limited).version());
  }

  /** One attempt, from the greeting to the break. Throws why it ended; returns when stopped. */
  async function follow(onLive: () => void): Promise<void> {
    const { signal } = stopping;
    breaker.attempt();
    const greeted = await greet(signal);
    version = greeted;
    breaker.close();
    await runWatchSession({
      client,
      version: greeted,
      inventory,
      engine: () => config.name,
      clockOffsetMs: () => clockOffsetMs,
      onHeard: () => {
        asOf = now();
      },
      onLive,
      onInfo: (answer) => {
        info = readInfo(answer);
        tellStatusSoon();
      },
      onKindProblem(kind, error) {
        const sentence = error === undefined ? undefined : explainFailure(error, endpoint).message;
        if (kindProblems.get(kind) === sentence) return;
        if (sentence === undefined) kindProblems.delete(kind);
        else kindProblems.set(kind, sentence);
        if (sentence) log.warn('A list of the engine failed', { engine: config.name, kind, problem: sentence });
        tellStatusSoon();
      },
      log: { ...log, warn: (message, fields) => log.warn(message, { engine: config.name, ...fields }) },
      signal,
    });
  }

  async function run(): Promise<void> {
    const { signal } = stopping;
    let failures = 0;
    while (!signal.aborted) {
      let liveAt: number | undefined;
      try {
        await follow(() => {
          liveAt = performance.now();
          state = 'live';
          problem = undefined;
          retryAt = undefined;
          log.info('The engine is live', { engine: config.name, version: version?.version });
          tellStatus();
        });
      } catch (error) {
        if (signal.aborted) return;
        if (liveAt !== undefined && performance.now() - liveAt >= goodSessionMs) failures = 0;
        const wait = backoffMs(failures++);
        fail(error, wait);
        await breaker.rest(wait, signal);
      }
    }
  }

  function fail(error: unknown, waitMs: number): void {
    const explained = explainFailure(timeoutAs(error), endpoint);
    const isNews = problem?.message !== explained.message;
    problem = explained;
    state = asOf === undefined ? 'down' : 'stale';
    retryAt = now() + waitMs;
    breaker.open(explained);
    // Idle connections may lead into the same hole; those in use may come back with the cable.
    agent.dropIdle();
    systemAgent.dropIdle();
    transport.reset();
    if (isNews) log.warn('The engine is not reached', { engine: config.name, problem: explained.message });
    tellStatus();
  }

  function timeoutAs(error: unknown): unknown {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return timedOut ? Object.assign(new Error(error.message), { code: 'ETIMEDOUT' }) : error;
  }

  /** Whoever still holds this link would open connections that nobody ends any more. */
  function refuseWhenStopped(): void {
    if (stopping.signal.aborted)
      throw appError('engine-unreachable', 'The connection to this engine was just closed; try again.');
  }

  function problemText(): string | undefined {
    if (state !== 'live') return problem?.message;
    const [first] = kindProblems;
    return first && `The list of ${first[0]}s fails: ${first[1]}`;
  }

  return {
    start() {
      running ??= run().catch((error: unknown) =>
        log.error('The watch of an engine broke', { engine: config.name, error }),
      );
    },
    async stop() {
      stopping.abort();
      clearTimeout(statusTimer);
      inventory.close();
      agent.destroy();
      systemAgent.destroy();
      transport.close();
      await running;
    },
    describe(next) {
      const renamed = next.name !== config.name;
      config = next;
      if (renamed) inventory.rename(next.name);
      tellStatus();
    },
    async request(request) {
      refuseWhenStopped();
      await breaker.admit(request.signal);
      return await sendRequest(agent, endpoint, request);
    },
    async connect(signal) {
      refuseWhenStopped();
      await breaker.admit(signal);
      return await connectStream(transport, endpoint, signal);
    },
    agent: () => agent,
    apiVersion: () => version?.apiVersion,
    status() {
      const { id, name, aliases, tags, url, transport: kind } = config;
      return {
        ...{ id, name, aliases: [...aliases], tags: [...tags], url, transport: kind },
        ...{ state, problem: problemText(), retryAt: state === 'live' ? undefined : retryAt, asOf },
        ...{ version: version?.version, apiVersion: version?.apiVersion, minApiVersion: version?.minApiVersion },
        ...{ os: info.os ?? version?.os, arch: version?.arch, kernel: version?.kernel, product: version?.product },
        ...{ hostname: info.hostname, cpus: info.cpus, memoryBytes: info.memoryBytes },
        counts: asOf === undefined ? undefined : inventory.counts(),
        hostKey: state === 'live' ? undefined : hostKeyProblem(problem),
      };
    },
    snapshot: (kinds) => inventory.snapshot(kinds, asOf),
  };
}
