import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Log } from '#lib/log.ts';
import { appError } from '#lib/shared/errors.ts';
import type { InventoryKind } from '#lib/shared/inventory.ts';

import type { EngineVersion } from '../version.ts';
import { createEngineLists, type EngineLists } from './engine-lists.ts';
import type { Inventory } from './inventory.ts';
import { watchLiveness } from './liveness.ts';
import { readEvent, watchedActions } from './read-event.ts';
import { lineSplitter } from './split-lines.ts';
import { createSyncs, type Syncs } from './syncs.ts';

/** Everything is listed again about this often, in case an engine lost an event (it drops them for slow readers). */
const safetyNetMs = 10 * 60_000;
/** How long a slow list of images, networks or volumes may hold back what is known already. */
const slowKindMs = 3000;

export interface WatchSession {
  /** Makes a client whose calls end with the signal. */
  client: (signal: AbortSignal) => Docker;
  version: EngineVersion;
  inventory: Inventory;
  /** The engine's name, for the rows. */
  engine: () => string;
  /** The engine's clock minus ours, in ms; undefined when it did not tell. */
  clockOffsetMs: () => number | undefined;
  /** Something was heard: what is shown is true as of now. */
  onHeard: () => void;
  /** The containers are listed; from now on the inventory follows the engine. */
  onLive: () => void;
  onInfo: (info: unknown) => void;
  /** A list other than the containers' fails or works again. */
  onKindProblem: (kind: InventoryKind, error: unknown) => void;
  log: Log;
  signal: AbortSignal;
}

/**
 * Follows one engine until the connection breaks, then throws the reason; returns when `signal` aborts. Subscribes
 * first and lists then, so that nothing falls between.
 */
export async function runWatchSession(session: WatchSession): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([session.signal, ended.signal]);
  let lastHeard = performance.now();
  const heard = () => {
    lastHeard = performance.now();
    session.onHeard();
  };
  const docker = session.client(signal);
  const lists = createEngineLists(docker);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  try {
    const stream = await subscribe(session, docker);
    heard();
    const syncs = createSyncs(session, lists, failed.reject, signal);
    const events = readEvents(stream, session, syncs, heard);
    const liveness = watchLiveness({
      lastHeard: () => lastHeard,
      ping: (limit) => session.client(limit).ping(),
      onAnswer: heard,
      signal,
    });
    const listing = listEverything(session, lists, syncs, heard, signal);
    await Promise.race([events, liveness, listing, failed.promise]);
  } finally {
    ended.abort();
  }
}

async function subscribe(session: WatchSession, docker: Docker): Promise<Readable> {
  const offset = session.clockOffsetMs();
  // Engines send the head before they subscribe. Asking for the last two seconds as well closes that gap; what comes
  // twice does no harm.
  const since = offset === undefined ? undefined : Math.floor((Date.now() + offset) / 1000) - 2;
  const filters = session.version.product === 'Docker' ? { event: watchedActions } : undefined;
  const stream = await docker.getEvents({ since, filters });
  return stream as Readable;
}

async function readEvents(stream: Readable, session: WatchSession, syncs: Syncs, heard: () => void): Promise<never> {
  let complained = false;
  const split = lineSplitter((line) => {
    try {
      syncs.onEvent(readEvent(line));
    } catch (error) {
      if (!complained)
        session.log.warn('An event of the engine could not be read', { line: line.slice(0, 300), error });
      complained = true;
    }
  }, syncs.listAgain);
  for await (const chunk of stream) {
    heard();
    split(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  }
  throw appError('engine-unreachable', 'The engine ended its event stream.');
}

async function listEverything(
  session: WatchSession,
  lists: EngineLists,
  syncs: Syncs,
  heard: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { containers, images, networks, volumes } = syncs;
  const listAll = async () => {
    const info = lists.info().then(session.onInfo, (error: unknown) => {
      if (!signal.aborted) session.log.warn('The engine did not answer /info', { error });
    });
    const others = Promise.all([images.listAll(), networks.listAll(), volumes.listAll(), info]);
    await containers.listAll();
    await Promise.race([others, pause(slowKindMs, signal)]);
    if (!signal.aborted) heard();
  };
  session.inventory.hold();
  try {
    await listAll();
  } finally {
    session.inventory.release();
  }
  if (!signal.aborted) session.onLive();
  while (!signal.aborted) {
    await pause(safetyNetMs * (0.9 + Math.random() * 0.2), signal);
    if (!signal.aborted) await listAll();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
