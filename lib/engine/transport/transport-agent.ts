import { Agent, type ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Transport } from './transport.ts';

/** Idle pooled connections end after this; engines behind NAT forget them sooner or later. */
const idleMs = 60_000;

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
    const timer = setTimeout(() => socket.destroy(), idleMs);
    this.#idleTimers.set(socket, timer);
    return true;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    this.#stopIdle(socket);
    // Node's own part takes off the guard that destroys a free socket as soon as data comes on it.
    super.reuseSocket(socket, request);
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
