import { authorize, visible } from '#lib/authz/authorize.ts';
import { callJson, enginePath } from '#lib/docker/call.ts';
import type { Engines } from '#lib/engine/types.ts';
import { rowObject } from '#lib/gateway/scope/row-objects.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { EngineRef, UserPrincipal } from '#lib/shared/access.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
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
      const engine = engines.find(engineId);
      if (!engine) return;
      if (engines.status(engineId)?.state === 'live') {
        const lookersNow = () =>
          [...sampler.viewers].map((viewer) => lookerOf(engine, viewer)).filter((looker) => !!looker);
        const running = runningOf(engines, engineId);
        await sampleRound({ door, lookers: lookersNow(), running, engineId, samples, signal });
        if (signal.aborted) return;
        if (round > 0) {
          // Asked again: sampling takes seconds, and a right that ended meanwhile must not be served from it.
          for (const { viewer, see } of lookersNow()) {
            const item = sumUp(
              engine.name,
              samples,
              running.filter((row) => isSeen(see, row)),
            );
            if (!see) sampler.last = item;
            if (viewer.channel.hasRoom) viewer.channel.send([item], itemBytes);
          }
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
    const engine = engines.find(engineId);
    // The last sums are of the whole engine: whoever sees a part waits for his own.
    if (joined.last && engine && lookerOf(engine, viewer)?.see === undefined)
      viewer.channel.send([joined.last], itemBytes);
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
      for (const id of ids) {
        const engine = engines.find(id);
        if (engine && lookerOf(engine, viewer)) add(id, viewer);
      }
    },
    get size() {
      return samplers.size;
    },
  };
}

interface Looker {
  viewer: Viewer;
  principal: UserPrincipal;
  /** Undefined: every container. */
  see: ReturnType<typeof visible>;
}

/** Undefined: this person may look at nothing here any more. */
function lookerOf(engine: EngineRef, viewer: Viewer): Looker | undefined {
  const principal = viewer.principal();
  const now = Date.now();
  if (!principal || !authorize(principal, 'container.stats', engine, now).allow) return undefined;
  return { viewer, principal, see: visible(principal, 'container.stats', engine, now) };
}

function isSeen(see: Looker['see'], row: ContainerRow): boolean {
  if (!see) return true;
  const object = rowObject(row);
  return object !== undefined && see(object);
}

function runningOf(engines: Engines, engineId: string): ContainerRow[] {
  const { rows } = engines.snapshot(engineId, ['container']);
  return rows.filter((row) => row.kind === 'container').filter(({ state }) => state === 'running');
}

interface Round {
  door: Door;
  lookers: readonly Looker[];
  running: readonly ContainerRow[];
  engineId: string;
  samples: Map<string, Sample>;
  signal: AbortSignal;
}

/** Samples the running containers whose last sample is oldest, each as somebody who may look at it. */
async function sampleRound({ door, lookers, running, engineId, samples, signal }: Round): Promise<void> {
  const alive = new Set(running.map(({ id }) => id));
  for (const id of samples.keys()) if (!alive.has(id)) samples.delete(id);
  const whole = lookers.find(({ see }) => see === undefined);
  const turn: { id: string; principal: UserPrincipal }[] = [];
  for (const row of running) {
    const looker = whole ?? lookers.find(({ see }) => isSeen(see, row));
    if (looker) turn.push({ id: row.id, principal: looker.principal });
  }
  turn.sort((a, b) => (samples.get(a.id)?.atMs ?? 0) - (samples.get(b.id)?.atMs ?? 0)).splice(perRoundMax);
  const one = async (id: string, principal: UserPrincipal) => {
    const path = enginePath`/containers/${id}/stats`;
    const query = { stream: false, 'one-shot': true };
    const raw = await callJson(door, principal, { engine: engineId, method: 'GET', path, query }, statsSchema, signal);
    const item = toStatsItem(raw, samples.get(id)?.raw ?? {});
    if (item) samples.set(id, { raw, cpuPercent: item.cpuPercent, memoryBytes: item.memoryBytes, atMs: Date.now() });
  };
  const work = async () => {
    for (let next = turn.shift(); next !== undefined && !signal.aborted; next = turn.shift()) {
      const { id, principal } = next;
      // A container that stopped meanwhile, or an engine in trouble: this sum is a little smaller, the status tells why.
      await one(id, principal).catch(() => samples.delete(id));
    }
  };
  await Promise.all(Array.from({ length: atOnceMax }, work));
}

function sumUp(engine: string, samples: Map<string, Sample>, running: readonly ContainerRow[]): EngineStatsItem {
  const now = Date.now();
  const known = running.map(({ id }) => samples.get(id)).filter((sample) => sample !== undefined);
  const fresh = known.filter(({ atMs }) => now - atMs < forgetMs);
  const total = (pick: (sample: Sample) => number) => fresh.reduce((sum, sample) => sum + pick(sample), 0);
  return {
    engine,
    at: now,
    cpuPercent: total(({ cpuPercent }) => cpuPercent),
    memoryBytes: total(({ memoryBytes }) => memoryBytes),
    sampled: fresh.length,
    running: running.length,
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
