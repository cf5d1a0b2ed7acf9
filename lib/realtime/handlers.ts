import type { Jobs } from '#lib/jobs/jobs.ts';
import { appError } from '#lib/shared/errors.ts';
import { type Connection, capabilitiesOf, createBinder, withChannel } from './connection.ts';
import type { EngineStats } from './engine-stats.ts';
import { openEventFeed } from './event-feed.ts';
import { readBefore } from './log-before.ts';
import type { Follows } from './log-follow.ts';
import { openLogSearch } from './log-search.ts';
import { openLogView } from './log-view.ts';
import type { RealtimeDeps } from './server.ts';
import { findShells } from './shells.ts';
import type { StatsFeeds } from './stats.ts';
import type { Terminals } from './terminals.ts';

/** What all connections share. */
export interface Shared {
  follows: Follows;
  stats: StatsFeeds;
  engineStats: EngineStats;
  terminals: Terminals;
  jobs: Jobs;
}

const beforesMax = 64;
const askTimeoutMs = 25_000;

/** Gives one connection its events. */
export function bindHandlers(deps: RealtimeDeps, shared: Shared, connection: Connection): void {
  const bind = createBinder(deps, connection);
  bindInventory(deps, bind);
  bindLogs(deps, shared, bind);
  bindTerminals(deps, shared, bind);
  bindFeeds(deps, shared, bind);
  bindJobs(shared, bind);
  bind('channel:ack', ({ channels }, [channel, bytes]) => {
    channels.ack(channel, bytes);
    return { value: null };
  });
  bind('channel:close', ({ channels }, [channel]) => {
    channels.close(channel);
    return { value: null };
  });
}

type Bind = ReturnType<typeof createBinder>;

function bindInventory(deps: RealtimeDeps, bind: Bind): void {
  bind('inventory:open', ({ inventory, principal }, [{ kinds }]) => {
    const opened = inventory.open(kinds);
    return { value: { ...opened, capabilities: capabilitiesOf(deps, principal) } };
  });
  bind('inventory:snapshot', ({ inventory }, [{ engine, kinds }]) => {
    const snapshot = inventory.snapshot(engine, kinds);
    if (!snapshot) throw appError('not-found', `There is no engine "${engine}" that you have a grant on.`);
    return { value: snapshot };
  });
  bind('inventory:close', ({ inventory }) => {
    inventory.close();
    return { value: null };
  });
}

function bindLogs({ door }: RealtimeDeps, { follows }: Shared, bind: Bind): void {
  bind('logs:open', (connection, [request]) =>
    withChannel(connection, async (channel) => ({
      start: await openLogView({ door, follows }, connection.principal, request, channel),
    })),
  );
  bind('logs:search', (connection, [request]) =>
    withChannel(connection, async (channel) => ({
      start: await openLogSearch(door, connection.principal, request, channel),
    })),
  );
  bind('logs:before', async ({ principal, befores }, [request]) => {
    const key = JSON.stringify([request.engine, request.container, request.stdout, request.stderr]);
    const signal = AbortSignal.timeout(askTimeoutMs);
    const { lines, more, memory } = await readBefore(door, principal, request, befores.get(key), signal);
    befores.delete(key);
    befores.set(key, memory);
    for (const oldest of befores.keys()) if (befores.size > beforesMax) befores.delete(oldest);
    return { value: { lines, more } };
  });
}

function bindTerminals({ door }: RealtimeDeps, { terminals }: Shared, bind: Bind): void {
  const terminalOf = (connection: Connection, channel: string) => {
    const terminal = connection.terminals.get(channel);
    if (!terminal) throw appError('not-found', 'This terminal is no longer open here.');
    return terminal;
  };
  bind('terminal:open', (connection, [request]) =>
    withChannel(connection, async (channel) => {
      const { terminal, start } = await terminals.open(connection.principal, request, channel);
      connection.terminals.set(channel.id, terminal);
      channel.signal.addEventListener('abort', () => connection.terminals.delete(channel.id), { once: true });
      return { value: { terminal: terminal.info }, start };
    }),
  );
  bind('terminal:resume', (connection, [{ id, cols, rows }]) =>
    withChannel(connection, async (channel) => {
      const { terminal, start } = terminals.resume(connection.principal, id, channel);
      connection.terminals.set(channel.id, terminal);
      channel.signal.addEventListener('abort', () => connection.terminals.delete(channel.id), { once: true });
      // A program that fills the screen draws it again for the new size; one that has ended meanwhile needs none.
      await terminal.resize({ cols, rows }).catch(() => undefined);
      return { value: { terminal: terminal.info }, start };
    }),
  );
  bind('terminal:list', ({ principal }, [{ engine, container }]) => ({
    value: terminals.list(principal, engine, container),
  }));
  bind('terminal:input', async (connection, [channel, data]) => {
    await terminalOf(connection, channel).write(data);
    return { value: null };
  });
  bind('terminal:resize', async (connection, [channel, size]) => {
    await terminalOf(connection, channel).resize(size);
    return { value: null };
  });
  bind('terminal:end', async ({ principal }, [{ id }]) => {
    await terminals.end(principal, id);
    return { value: null };
  });
  bind('terminal:shells', async ({ principal }, [{ engine, container }]) => {
    const place = { door, principal, engine, container };
    return { value: await findShells(place, undefined, AbortSignal.timeout(askTimeoutMs)) };
  });
}

function bindFeeds({ door }: RealtimeDeps, { stats, engineStats }: Shared, bind: Bind): void {
  bind('stats:open', (connection, [request]) =>
    withChannel(connection, async (channel) => ({ start: await stats.open(connection.principal, request, channel) })),
  );
  bind('engine-stats:open', (connection, [{ engines }]) =>
    withChannel(connection, async (channel) => ({
      start: () => engineStats.open(engines, { principal: () => connection.principal, channel }),
    })),
  );
  bind('events:open', (connection, [request]) =>
    withChannel(connection, async (channel) => ({
      start: await openEventFeed(door, connection.principal, request, channel),
    })),
  );
}

function bindJobs({ jobs }: Shared, bind: Bind): void {
  bind('jobs:open', async ({ principal }) => ({ value: await jobs.list(principal) }));
  bind('job:start', async ({ principal }, [request]) => ({ value: await jobs.start(principal, request) }));
  bind('job:cancel', async ({ principal }, [{ id }]) => {
    await jobs.cancel(principal, id);
    return { value: null };
  });
}
