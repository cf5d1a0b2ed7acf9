import { Agent, type ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';
import type { Transport } from './transport.ts';

/** Idle pooled connections end after this; engines behind NAT forget them sooner or later. */
const idleMs = 60_000;
const waitingMax = 1024;

/**
 * A keep-alive pool over an engine's transport. Requests above `socketsMax` at once wait for their turn. Connections
 * are handed to node:http before they stand, so that its own counting holds.
 */
export class TransportAgent extends Agent {
  readonly #transport: Transport;
  readonly #idleTimers = new Map<Duplex, NodeJS.Timeout>();

  constructor(transport: Transport, socketsMax: number) {
    super({ keepAlive: true, maxSockets: socketsMax, maxFreeSockets: 16, scheduling: 'lifo' });
    this.#transport = transport;
    transport.onCongested(() => this.dropIdle());
  }

  override createConnection(): Duplex {
    const { stream } = this.#transport.open(false);
    stream.once('close', () => this.#stopIdle(stream));
    return stream;
  }

  /** One pool: an agent belongs to one engine, whatever host a request names. */
  override getName(): string {
    return 'engine';
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // Somebody waits for the place that this one would hold idle.
    if (this.#transport.congested()) return false;
    const timer = setTimeout(() => socket.destroy(), idleMs);
    this.#idleTimers.set(socket, timer);
    return true;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    this.#stopIdle(socket);
    // Node's own part takes off the guard that destroys a free socket as soon as data comes on it.
    super.reuseSocket(socket, request);
  }

  /** Throws too-many when so many requests wait for a connection that one more would wait for nothing. */
  refuseWhenFull(): void {
    if ((this.#waiting()?.length ?? 0) >= waitingMax)
      throw appError('too-many', 'Too many requests to this engine wait for their turn.');
  }

  /** Takes a request out of the queue, where node:http would leave it until a connection is free. */
  forget(request: ClientRequest): void {
    const waiting = this.#waiting();
    const at = waiting?.indexOf(request) ?? -1;
    if (at >= 0) waiting?.splice(at, 1);
    // node:http takes an empty queue for one with a first entry, and throws from a socket's close event.
    if (waiting?.length === 0) Reflect.deleteProperty(this.requests, this.getName());
  }

  /** Node's types call the queue's items incoming messages; they are the requests that were sent. */
  #waiting(): unknown[] | undefined {
    return this.requests[this.getName()];
  }

  /** Ends the pooled connections that nobody uses: they may lead nowhere any more. */
  dropIdle(): void {
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  #stopIdle(socket: Duplex): void {
    clearTimeout(this.#idleTimers.get(socket));
    this.#idleTimers.delete(socket);
  }
}
