import type { Engines } from '#lib/engine/types.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { createWaker } from './waker.ts';

export interface ContainerWait {
  engines: Engines;
  engineId: string;
  /** The container's full id. */
  id: string;
  /** How long to hold back when all seems well, as when a stream ended before the watch has told why. */
  backoffMs: number;
  /** Gets a sentence when it turns out that there is something to wait for, and one when the wait is over. */
  tell(text: string): void;
  signal: AbortSignal;
}

const aliveStates = new Set(['running', 'paused', 'restarting']);

/**
 * After a stream of a container ended: waits until opening it again makes sense, told by the watch's own changes.
 * Returns at once when `signal` aborts, and when the container or the engine was removed (asking again says so).
 */
export async function waitForContainer(wait: ContainerWait): Promise<void> {
  const { engines, engineId, id, signal } = wait;
  const waker = createWaker();
  const ends = [
    engines.onChange((engine, change) => {
      const touched = change.upserts.some((row) => row.id === id) || change.removes.some((row) => row.id === id);
      if (engine === engineId && touched) waker.wake();
    }),
    engines.onReset((engine) => engine === engineId && waker.wake()),
    engines.onStatus((engine) => engine === engineId && waker.wake()),
  ];
  signal.addEventListener('abort', waker.wake, { once: true });
  try {
    await waitUntilReady(wait, (timeoutMs) => waker.wait(timeoutMs));
  } finally {
    signal.removeEventListener('abort', waker.wake);
    for (const end of ends) end();
  }
}

async function waitUntilReady(wait: ContainerWait, sleep: (timeoutMs?: number) => Promise<void>): Promise<void> {
  const { engines, engineId, id, signal, tell } = wait;
  let told: 'engine' | 'container' | undefined;
  let waited = false;
  while (!signal.aborted) {
    const status = engines.status(engineId);
    if (!status) return;
    if (status.state !== 'live') {
      if (told !== 'engine') tell(`The engine ${status.name} does not answer. ${status.problem ?? ''}`.trim());
      told = 'engine';
      await sleep();
      continue;
    }
    const row = findContainer(engines, engineId, id);
    if (row && !aliveStates.has(row.state)) {
      if (told !== 'container') tell(describeStop(row));
      told = 'container';
      await sleep();
      continue;
    }
    if (told === 'engine') tell(`The engine ${status.name} answers again.`);
    if (told === 'container' && row) tell('The container was started again.');
    if (told || waited) return;
    waited = true;
    await sleep(wait.backoffMs);
  }
}

function describeStop(row: ContainerRow): string {
  if (row.state === 'created') return 'The container has not been started yet.';
  return `The container stopped${row.exitCode === undefined ? '' : ` with exit code ${row.exitCode}`}.`;
}

/** The watch's row of a container; undefined when it is gone or not known yet. */
export function findContainer(engines: Engines, engineId: string, id: string): ContainerRow | undefined {
  for (const row of engines.snapshot(engineId, ['container']).rows) {
    if (row.kind === 'container' && row.id === id) return row;
  }
  return undefined;
}
