import { checkReply, doorRequest, enginePath } from '#lib/docker/call.ts';
import { readJsonLines } from '#lib/docker/json-lines.ts';
import type { Engines } from '#lib/engine/types.ts';
import type { Admission, Door } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import { isAppError } from '#lib/shared/errors.ts';
import type { StatsItem } from '#lib/shared/realtime.ts';
import type { Channel } from './channel.ts';
import { statsSchema, toStatsItem } from './container-stats.ts';
import { admittedContainer } from './log-read.ts';
import { whenRevoked } from './log-view.ts';
import { waitForContainer } from './wait-for-container.ts';

const itemBytes = 300;
const backoffMs = 1000;

interface Viewer {
  admission: Admission;
  channel: Channel;
}

export interface StatsFeeds {
  /** Opens a view of one container's stats on the channel. Throws AppError when refused. Returns what starts it. */
  open(principal: Principal, request: { engine: string; container: string }, channel: Channel): Promise<() => void>;
  /** Engine streams open now. */
  readonly size: number;
}

/** One engine stream per container, shared by its viewers, closed with the last; each viewer is admitted and recorded. */
export function createStatsFeeds(door: Door, engines: Engines): StatsFeeds {
  const feeds = new Map<string, Feed>();

  return {
    async open(principal, request, channel) {
      const path = enginePath`/containers/${request.container}/stats`;
      const call = doorRequest({ engine: request.engine, method: 'GET', path, query: { stream: true } });
      const admission = await door.admit(principal, call, channel.signal);
      const { id } = admittedContainer(admission);
      const viewer = { admission, channel };
      const key = `${admission.engineId}/${id}`;
      channel.signal.addEventListener('abort', () => void admission.end({ outcome: 'done' }), { once: true });
      return () => {
        if (channel.signal.aborted) return;
        let feed = feeds.get(key);
        if (!feed) {
          feed = createFeed(engines, admission.engineId, id, () => feeds.delete(key));
          feeds.set(key, feed);
        }
        whenRevoked(admission, (message) => channel.end('forbidden', message));
        feed.add(viewer);
      };
    },
    get size() {
      return feeds.size;
    },
  };
}

interface Feed {
  add(viewer: Viewer): void;
}

function createFeed(engines: Engines, engineId: string, id: string, onEmpty: () => void): Feed {
  const viewers = new Set<Viewer>();
  const empty = new AbortController();
  let carrier: { viewer: Viewer; abort: AbortController } | undefined;
  let last: StatsItem | undefined;

  function send(item: StatsItem): void {
    last = item;
    for (const { channel } of viewers) {
      // A viewer that is behind misses a sample; the next one is worth more.
      if (channel.hasRoom) channel.send([item], itemBytes);
    }
  }

  async function readOnce(viewer: Viewer): Promise<boolean> {
    const abort = new AbortController();
    carrier = { viewer, abort };
    try {
      const reply = await checkReply(await viewer.admission.forwardPart('stream=1', abort.signal));
      for await (const lines of readJsonLines(reply.body)) {
        for (const line of lines) {
          const raw = statsSchema.safeParse(JSON.parse(line));
          const item = raw.success ? toStatsItem(raw.data, undefined) : undefined;
          if (item) send(item);
        }
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    } finally {
      carrier = undefined;
    }
    return abort.signal.aborted;
  }

  async function run(): Promise<void> {
    for (;;) {
      const viewer = viewers.values().next().value;
      if (!viewer) return;
      try {
        if (await readOnce(viewer)) continue;
      } catch (error) {
        if (isAppError(error) && error.status === 404) return endAll('not-found', 'The container was removed.');
      }
      await waitForContainer({ engines, engineId, id, backoffMs, tell: () => {}, signal: empty.signal });
    }
  }

  function endAll(code: 'not-found' | 'internal', message: string): void {
    for (const { channel } of [...viewers]) channel.end(code, message);
  }

  function remove(viewer: Viewer): void {
    viewers.delete(viewer);
    if (carrier?.viewer === viewer) carrier.abort.abort();
    if (viewers.size > 0) return;
    onEmpty();
    empty.abort();
  }

  return {
    add(viewer) {
      viewers.add(viewer);
      viewer.channel.signal.addEventListener('abort', () => remove(viewer), { once: true });
      if (last && Date.now() - last.at < 5000) viewer.channel.send([last], itemBytes);
      if (viewers.size > 1) return;
      run()
        .catch((error: unknown) => endAll('internal', error instanceof Error ? error.message : String(error)))
        .finally(onEmpty);
    },
  };
}
