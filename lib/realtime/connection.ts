import type { Socket } from 'socket.io';
import { capabilities } from '#lib/authz/capabilities.ts';
import type { Capabilities, UserPrincipal } from '#lib/shared/access.ts';
import { appError, isAppError } from '#lib/shared/errors.ts';
import type { ClientToServer, ServerToClient } from '#lib/shared/realtime.ts';
import { type Channel, type Channels, createChannels } from './channel.ts';
import type { InventoryView } from './inventory.ts';
import type { BeforeMemory } from './log-before.ts';
import { createRateLimit } from './rate-limit.ts';
import { type EventArgs, type EventName, schemas } from './schemas.ts';
import type { RealtimeDeps } from './server.ts';
import type { Terminal } from './terminal.ts';

export type RealtimeSocket = Socket<ClientToServer, ServerToClient>;

/** What one connection has. */
export interface Connection {
  socket: RealtimeSocket;
  /** As it is now. */
  principal: UserPrincipal;
  channels: Channels;
  inventory: InventoryView;
  terminals: Map<string, Terminal>;
  befores: Map<string, BeforeMemory>;
}

/** `start` runs after the acknowledgement: data must not reach the browser before the channel's id does. */
export interface Handled {
  value: unknown;
  start?: () => void;
}

type Handler<E extends EventName> = (connection: Connection, args: EventArgs<E>) => Promise<Handled> | Handled;

const channelsMax = 64;
/** What only a person does; a view that opens again after a lost connection says nothing of one. */
const byHand = new Set<EventName>(['terminal:input', 'job:start', 'job:cancel']);
const frequent = new Set<EventName>(['channel:ack', 'channel:close', 'terminal:input', 'terminal:resize']);

export function createConnectionChannels(socket: RealtimeSocket): Channels {
  return createChannels(
    {
      data: (channel, items, bytes) => void socket.emit('channel:data', channel, items as unknown[], bytes),
      end: (channel, end) => void socket.emit('channel:end', channel, end),
    },
    channelsMax,
  );
}

/** Binds events to their handlers: arguments parsed, rates bounded, every outcome acknowledged, nothing thrown away. */
export function createBinder(deps: Pick<RealtimeDeps, 'log' | 'identity'>, connection: Connection) {
  const opening = createRateLimit(50, 300);
  const flowing = createRateLimit(2000, 8000);
  const { socket } = connection;

  return function bind<E extends EventName>(event: E, handler: Handler<E>): void {
    // socket.io's typed `on` can't express a generic event; the arguments are parsed below.
    const untyped = socket as unknown as { on(event: string, listener: (...args: unknown[]) => void): void };
    untyped.on(event, async (...args: unknown[]) => {
      const last = args.at(-1);
      const ack = typeof last === 'function' ? (args.pop() as (reply: unknown) => void) : undefined;
      try {
        if (!(frequent.has(event) ? flowing : opening).take()) {
          throw appError('too-many', 'Too many requests on this connection; slow down.');
        }
        const parsed = schemas[event].safeParse(args);
        if (!parsed.success) throw appError('bad-request', describeIssue(event, parsed.error.issues[0]), parsed.error);
        if (byHand.has(event)) deps.identity.touch(connection.principal);
        const { value, start } = await handler(connection, parsed.data as EventArgs<E>);
        ack?.({ ok: true, value });
        start?.();
      } catch (error) {
        if (!isAppError(error) || error.code === 'internal')
          deps.log.error('a realtime event failed', { event, error });
        if (ack) ack({ ok: false, error: toReply(error) });
        // What can't be refused with an answer must not be dropped in silence: a lost acknowledgement stalls a stream.
        else if (isAppError(error) && error.code === 'too-many') socket.disconnect(true);
      }
    });
  };
}

function describeIssue(event: string, issue: { path: PropertyKey[]; message: string } | undefined): string {
  const where = issue?.path.filter((part) => typeof part === 'string').join('.');
  return `${event}${where ? `: ${where}` : ''}: ${issue?.message ?? 'is not valid'}`;
}

/** What a browser gets of an error; what we did not foresee stays in the log. */
export function toReply(error: unknown): { code: string; message: string; auditId?: string } {
  if (!isAppError(error))
    return { code: 'internal', message: 'Something went wrong in the console; its log says what.' };
  return { code: error.code, message: error.message, ...(error.auditId ? { auditId: error.auditId } : {}) };
}

/** Opens a channel for a handler, and forgets it again when the handler fails. */
export async function withChannel(
  connection: Connection,
  open: (channel: Channel) => Promise<{ value?: object; start?: () => void }>,
): Promise<Handled> {
  const channel = connection.channels.open();
  try {
    const { value, start } = await open(channel);
    return { value: { channel: channel.id, ...value }, start };
  } catch (error) {
    connection.channels.close(channel.id);
    throw error;
  }
}

export function capabilitiesOf(deps: Pick<RealtimeDeps, 'engines'>, principal: UserPrincipal): Capabilities {
  return capabilities(principal, deps.engines.list(), Date.now());
}
