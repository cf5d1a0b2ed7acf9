import type { Duplex } from 'node:stream';
import type { Endpoint } from '../endpoint.ts';
import { explainFailure } from './failures.ts';
import { createNetTransport } from './net-transport.ts';
import { createSshTransport } from './ssh-transport.ts';

/** A connection on its way: the stream can be written to at once; `opened` rejects with what `error` will say. */
export interface Opening {
  stream: Duplex;
  opened: Promise<void>;
}

/** The way to one engine. */
export interface Transport {
  /**
   * Begins a connection. With `allowHalfOpen` an ended peer leaves our side writable (upgraded streams need it);
   * without, the stream closes with the peer (pooled sockets need that).
   */
  open(allowHalfOpen: boolean): Opening;
  /** What opens from now on starts afresh (ssh: a new handshake); streams under way live on. */
  reset(): void;
  /** Whether streams wait for a place: then nobody should hold one idle. */
  congested(): boolean;
  /** Called when a stream begins to wait for a place. */
  onCongested(listener: () => void): void;
  /** Ends everything that was opened. */
  close(): void;
}

/** Makes the transport for an endpoint; nothing is connected yet. */
export function createTransport(endpoint: Endpoint): Transport {
  return endpoint.kind === 'ssh' ? createSshTransport(endpoint) : createNetTransport(endpoint);
}

/** Opens a half-open-capable connection and waits until it stands. Throws engine-unreachable or engine-timeout. */
export async function connectStream(transport: Transport, endpoint: Endpoint, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  const { stream, opened } = transport.open(true);
  const abort = () => stream.destroy();
  // Also keeps an early reset from ending the process: a socket error without a listener is thrown.
  const noteError = () => undefined;
  stream.on('error', noteError);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await opened;
    signal.throwIfAborted();
    return stream;
  } catch (error) {
    stream.destroy();
    signal.throwIfAborted();
    throw explainFailure(error, endpoint);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
