import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as EngineServer } from 'engine.io';
import { Server } from 'socket.io';
import type { Engines } from '#lib/engine/types.ts';
import { createCap } from '#lib/gateway/cap.ts';
import { identify } from '#lib/gateway/identify.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { Identity } from '#lib/identity/types.ts';
import type { Jobs } from '#lib/jobs/jobs.ts';
import type { Log } from '#lib/log.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import type { ClientToServer, ServerToClient } from '#lib/shared/realtime.ts';
import {
  type Connection,
  capabilitiesOf,
  createConnectionChannels,
  type RealtimeSocket,
  toReply,
} from './connection.ts';
import { createEngineStats } from './engine-stats.ts';
import { bindHandlers, type Shared } from './handlers.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { createFollows } from './log-follow.ts';
import { createStatsFeeds } from './stats.ts';
import { createTerminals } from './terminals.ts';

export interface RealtimeDeps {
  engines: Engines;
  identity: Pick<Identity, 'bySession' | 'byToken' | 'watch' | 'touch'>;
  door: Door;
  jobs: Jobs;
  log: Log;
  /** Without a trailing slash; absent: the host that the request came to. */
  publicUrl?: string;
  allowedOrigins?(): readonly string[];
  clientAddress(req: IncomingMessage): string;
  /** How long a terminal is held without a page; absent: five minutes. */
  terminalHoldMs?: number;
  /** What one person or token may have open; absent: 100 connections, 32 terminals. */
  limits?: { connections: number; terminals: number };
}

export interface Realtime {
  request(req: IncomingMessage, res: ServerResponse): void;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every connection and what lived on it. */
  close(): Promise<void>;
  /** For metrics and tests: what is open now. */
  counts(): { connections: number; follows: number; stats: number; terminals: number };
}

// A paste of 64 KB and a job of two thousand steps fit; more in one message is nobody's honest wish.
const messageBytesMax = 1024 * 1024;

/**
 * The socket.io server of the console, at `/realtime`. WebSocket alone: long polling would need a session in the URL
 * and a second way to prove the origin. Who asks is settled before the connection is told to be open.
 */
export function createRealtime(deps: RealtimeDeps): Realtime {
  const io = new Server<ClientToServer, ServerToClient>({ serveClient: false, connectTimeout: 10_000 });
  const engine = new EngineServer({
    transports: ['websocket'],
    allowUpgrades: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: messageBytesMax,
    cors: undefined,
  });
  io.bind(engine);

  const inventory = createInventory(deps.engines, (group, change) => io.to(group).emit('inventory:change', change));
  const shared: Shared = {
    follows: createFollows(deps.engines),
    stats: createStatsFeeds(deps.door, deps.engines),
    engineStats: createEngineStats(deps.door, deps.engines),
    terminals: createTerminals({ ...deps, holdMs: deps.terminalHoldMs, terminalsMax: deps.limits?.terminals }),
    jobs: deps.jobs,
  };
  const connections = new Set<Connection>();
  const unwatchJobs = deps.jobs.onChange((job) => {
    for (const { socket, principal } of connections) {
      if (deps.jobs.mayView(principal, job)) socket.emit('job:change', job);
    }
  });

  const principals = new WeakMap<RealtimeSocket, UserPrincipal>();
  const cap = createCap(deps.limits?.connections ?? 100, 'connections', 'PILOTHOUSE_CONNECTIONS_MAX');
  io.use((socket, next) => {
    identify(deps, socket.request, true)
      .then((principal) => {
        const leave = cap.enter(principal);
        // Of the connection below: it also ends where no socket.io socket came of it.
        if (socket.conn.readyState === 'open') socket.conn.once('close', leave);
        else leave();
        principals.set(socket, principal);
        next();
      })
      .catch((error: unknown) => next(Object.assign(new Error(toReply(error).message), { data: toReply(error) })));
  });
  io.on('connection', (socket) => {
    const principal = principals.get(socket);
    if (!principal) return void socket.disconnect(true);
    const connection = openConnection(deps, socket, principal, inventory);
    connections.add(connection);
    socket.once('disconnect', () => connections.delete(connection));
    bindHandlers(deps, shared, connection);
  });

  return {
    request: (req, res) => engine.handleRequest(req, res),
    upgrade: (req, socket, head) => engine.handleUpgrade(req, socket, head),
    async close() {
      unwatchJobs();
      inventory.stop();
      shared.terminals.close();
      await io.close();
      engine.close();
    },
    counts: () => ({
      connections: connections.size,
      follows: shared.follows.size,
      stats: shared.stats.size,
      terminals: shared.terminals.size,
    }),
  };
}

function openConnection(
  deps: RealtimeDeps,
  socket: RealtimeSocket,
  principal: UserPrincipal,
  inventory: Inventory,
): Connection {
  const { conn } = socket;
  const view = inventory.view(principal, {
    // engine.io declares its queue for itself alone, but it is the one measure of how far a connection is behind.
    get waiting() {
      return (conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length;
    },
    reset: (snapshot) => void socket.emit('inventory:reset', snapshot),
    statuses: (statuses) => void socket.emit('engines:status', statuses),
    join: (group) => void socket.join(group),
    leave: (group) => void socket.leave(group),
  });
  const channels = createConnectionChannels(socket);
  const connection: Connection = {
    socket,
    principal,
    channels,
    inventory: view,
    terminals: new Map(),
    befores: new Map(),
  };
  const onDrain = () => view.drained();
  conn.on('drain', onDrain);
  const tellCapabilities = () => socket.emit('capabilities', capabilitiesOf(deps, connection.principal));
  const unwatch = deps.identity.watch(principal, (current) => {
    if (!current) {
      socket.emit('session:end', 'Your session has ended.');
      socket.disconnect(true);
      return;
    }
    connection.principal = current;
    tellCapabilities();
    view.setPrincipal(current);
  });
  // Engines that are added, renamed or tagged anew change what a grant reaches.
  let known = describeEngines(deps);
  const unwatchEngines = deps.engines.onStatus(() => {
    const now = describeEngines(deps);
    if (now === known) return;
    known = now;
    tellCapabilities();
  });
  socket.once('disconnect', () => {
    unwatch();
    unwatchEngines();
    conn.off('drain', onDrain);
    view.close();
    channels.closeAll();
  });
  return connection;
}

function describeEngines({ engines }: RealtimeDeps): string {
  return JSON.stringify(engines.list().map(({ id, name, tags }) => [id, name, tags]));
}
