import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InventoryKind, InventoryRow } from '#lib/shared/inventory.ts';
import { createContainerSync } from './container-sync.ts';
import type { EngineLists } from './engine-lists.ts';
import { createKindSync } from './kind-sync.ts';
import { type EngineEvent, quietActions } from './read-event.ts';
import { readContainer, readImage, readNetwork, readVolume } from './read-rows.ts';
import type { WatchSession } from './watch-session.ts';

/** When a list of images, networks or volumes failed for good, it is tried again after this. */
const retryKindMs = 30_000;
const rowsPerTurn = 250;

/** What keeps each kind of row true, and what hands events to it. */
export type Syncs = ReturnType<typeof createSyncs>;

/**
 * Makes the four syncs of one watch session. `fail` ends the session: without containers there is nothing to show. The
 * other kinds may fail for themselves; they are told to `onKindProblem` and tried again.
 */
export function createSyncs(
  session: Pick<WatchSession, 'inventory' | 'log' | 'engine' | 'onKindProblem'>,
  lists: EngineLists,
  fail: (error: unknown) => void,
  signal: AbortSignal,
) {
  const { inventory, log } = session;
  const complained = new Set<string>();
  const reader =
    <Row extends InventoryRow>(read: (engine: string, answer: unknown) => Row) =>
    async (answers: unknown[]): Promise<Row[]> => {
      const rows: Row[] = [];
      for (const [n, answer] of answers.entries()) {
        // Ten thousand rows take a third of a second; nobody else may wait for that.
        if (n % rowsPerTurn === rowsPerTurn - 1) await nextTurn();
        try {
          rows.push(read(session.engine(), answer));
        } catch (error) {
          if (!complained.has(read.name))
            log.warn('A row of the engine could not be read', { reader: read.name, error });
          complained.add(read.name);
        }
      }
      return rows;
    };
  const kindFailure = (kind: InventoryKind, again: () => void) => (error: unknown) => {
    session.onKindProblem(kind, error);
    const timer = setTimeout(again, retryKindMs);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  };
  const works = (kind: InventoryKind, list: () => Promise<unknown[]>) => async () => {
    const answers = await list();
    session.onKindProblem(kind, undefined);
    return answers;
  };

  const containers = createContainerSync({
    inventory,
    list: lists.containers,
    read: reader(readContainer),
    onFailure: fail,
    signal,
  });
  const images = createKindSync({
    kind: 'image',
    inventory,
    list: works('image', lists.images),
    read: reader(readImage),
    onFailure: kindFailure('image', () => images.touch()),
    signal,
  });
  const networks = createKindSync({
    kind: 'network',
    inventory,
    list: works('network', lists.networks),
    read: reader(readNetwork),
    onFailure: kindFailure('network', () => networks.touch()),
    signal,
  });
  const volumes = createKindSync({
    kind: 'volume',
    inventory,
    list: works('volume', lists.volumes),
    read: reader(readVolume),
    onFailure: kindFailure('volume', () => volumes.touch()),
    signal,
  });

  function onEvent(event: EngineEvent): void {
    switch (event.type) {
      case 'container':
        if (event.action === 'commit') images.touch();
        else if (event.action !== 'prune') containers.onEvent(event);
        return;
      case 'image':
        // A push makes a digest known, a pull or tag a name: all show in the one list.
        images.touch();
        return;
      case 'network': {
        const container = event.attributes.container;
        if (event.action !== 'connect' && event.action !== 'disconnect') networks.touch();
        else if (container) containers.touch(container);
        return;
      }
      case 'volume':
        if (!quietActions.has(event.action)) volumes.touch();
        return;
      default:
        return;
    }
  }

  /** An event could not be read, whatever it was about. */
  function listAgain(): void {
    void containers.listAll();
    images.touch();
    networks.touch();
    volumes.touch();
  }
  return { containers, images, networks, volumes, onEvent, listAgain };
}
