import { authorize } from '#lib/authz/authorize.ts';
import { callJson, enginePath } from '#lib/docker/call.ts';
import type { Engines } from '#lib/engine/types.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import type { EngineStatsItem } from '#lib/shared/realtime.ts';
import type { Channel } from './channel.ts';
import { type RawStats, statsSchema, toStatsItem } from './container-stats.ts';

const roundMs = 10_000;
const firstRoundMs = 1500;
const atOnceMax = 4;
/** More containers than this are sampled in turns, and their last samples summed. */
const perRoundMax = 100;
const itemBytes = 160;
const forgetMs = 60_000;

interface Sample {
  raw: RawStats;
  cpuPercent: number;
  memoryBytes: number;
  atMs: number;
}

interface Viewer {
  /** As it is now; undefined once its session ended. */
  principal(): UserPrincipal | undefined;
  channel: Channel;
}

export interface EngineStats {
  /** Sums for several engines on one channel; engines that the person may not look at are left out. */
  open(engineNames: readonly string[], viewer: Viewer): void;
  /** Engines being sampled now. */
  readonly size: number;
}

/**
 * What an engine's running containers use together: sampled every ten seconds, once for all viewers, and only while
 * someone looks. The Engine API tells nothing of the host itself.
 */
export function createEngineStats(door: Door, engines: Engines): EngineStats {
  const samplers = new Map<string, { viewers: Set<Viewer>; last?: EngineStatsItem; abort: AbortController }>();

  async function run(
    engineId: string,
    sampler: { viewers: Set<Viewer>; last?: EngineStatsItem; abort: AbortController },
  ) {
    const samples = new Map<string, Sample>();
    const { signal } = sampler.abort;
    for (let round = 0; !signal.aborted; round++) {
      const lookers = [...sampler.viewers].filter((viewer) => mayLook(engines, engineId, viewer));
      const principal = lookers[0]?.principal();
      const engine = engines.find(engineId);
      if (!engine) return;
      if (principal && engines.status(engineId)?.state === 'live') {
        const running = await sampleRound({ door, engines, principal, engineId, samples, signal });
        if (signal.aborted) return;
        if (round > 0) {
          sampler.last = sumUp(engine.name, samples, running);
          for (const { channel } of lookers) if (channel.hasRoom) channel.send([sampler.last], itemBytes);
        }
      }
      // The first round has nothing to count CPU from; the second follows soon, so that the page need not wait.
      await sleep(round === 0 ? firstRoundMs : roundMs, signal);
    }
  }

  function add(engineId: string, viewer: Viewer): void {
    let sampler = samplers.get(engineId);
    if (!sampler) {
      sampler = { viewers: new Set(), abort: new AbortController() };
      samplers.set(engineId, sampler);
      const started = sampler;
      void run(engineId, started).finally(() => samplers.get(engineId) === started && samplers.delete(engineId));
    }
    const joined = sampler;
    joined.viewers.add(viewer);
    if (joined.last) viewer.channel.send([joined.last], itemBytes);
    viewer.channel.signal.addEventListener(
      'abort',
      () => {
        joined.viewers.delete(viewer);
        if (joined.viewers.size > 0) return;
        joined.abort.abort();
        if (samplers.get(engineId) === joined) samplers.delete(engineId);
      },
      { once: true },
    );
  }

  return {
    open(engineNames, viewer) {
      const ids = new Set(engineNames.map((name) => engines.find(name)?.id).filter((id) => id !== undefined));
      for (const id of ids) if (mayLook(engines, id, viewer)) add(id, viewer);
    },
    get size() {
      return samplers.size;
    },
  };
}

function mayLook(engines: Engines, engineId: string, viewer: Viewer): boolean {
  const engine = engines.find(engineId);
  const principal = viewer.principal();
  if (!engine || !principal) return false;
  return authorize(principal, 'container.stats', engine, Date.now()).allow;
}

interface Round {
  door: Door;
  engines: Engines;
  principal: UserPrincipal;
  engineId: string;
  samples: Map<string, Sample>;
  signal: AbortSignal;
}

/** Samples the running containers whose last sample is oldest; gives how many run. */
async function sampleRound({ door, engines, principal, engineId, samples, signal }: Round): Promise<number> {
  const rows = engines.snapshot(engineId, ['container']).rows;
  const running = rows.filter((row) => row.kind === 'container' && row.state === 'running').map(({ id }) => id);
  const alive = new Set(running);
  for (const id of samples.keys()) if (!alive.has(id)) samples.delete(id);
  const turn = running.sort((a, b) => (samples.get(a)?.atMs ?? 0) - (samples.get(b)?.atMs ?? 0)).slice(0, perRoundMax);
  const one = async (id: string) => {
    const path = enginePath`/containers/${id}/stats`;
    const query = { stream: false, 'one-shot': true };
    const raw = await callJson(door, principal, { engine: engineId, method: 'GET', path, query }, statsSchema, signal);
    const item = toStatsItem(raw, samples.get(id)?.raw ?? {});
    if (item) samples.set(id, { raw, cpuPercent: item.cpuPercent, memoryBytes: item.memoryBytes, atMs: Date.now() });
  };
  const work = async () => {
    for (let id = turn.shift(); id !== undefined && !signal.aborted; id = turn.shift()) {
      // A container that stopped meanwhile, or an engine in trouble: this sum is a little smaller, the status tells why.
      await one(id).catch(() => samples.delete(id));
    }
  };
  await Promise.all(Array.from({ length: atOnceMax }, work));
  return running.length;
}

function sumUp(engine: string, samples: Map<string, Sample>, running: number): EngineStatsItem {
  const now = Date.now();
  const fresh = [...samples.values()].filter(({ atMs }) => now - atMs < forgetMs);
  const total = (pick: (sample: Sample) => number) => fresh.reduce((sum, sample) => sum + pick(sample), 0);
  return {
    engine,
    at: now,
    cpuPercent: total(({ cpuPercent }) => cpuPercent),
    memoryBytes: total(({ memoryBytes }) => memoryBytes),
    sampled: fresh.length,
    running,
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
