import { connect, isIP, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TcpEndpoint, TlsEndpoint, UnixEndpoint } from '../endpoint.ts';
import { guardedLookup, refuseForbiddenHost } from './address-guard.ts';
import { connectTimeout } from './failures.ts';
import type { Opening, Transport } from './transport.ts';

/** Until a connection (with its handshake) stands. Node's own socket timeouts do not run while connecting. */
export const connectTimeoutMs = 10_000;

/** Plain sockets: unix, tcp and TLS. */
export function createNetTransport(endpoint: UnixEndpoint | TcpEndpoint | TlsEndpoint): Transport {
  const sockets = new Set<Socket>();
  return {
    open(allowHalfOpen) {
      const opening = openSocket(endpoint, allowHalfOpen);
      sockets.add(opening.stream);
      opening.stream.once('close', () => sockets.delete(opening.stream));
      return opening;
    },
    reset() {},
    congested: () => false,
    onCongested() {},
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Begins one connection. It never throws: agents open connections from events, where nobody could catch it. */
export function openSocket(
  endpoint: UnixEndpoint | TcpEndpoint | TlsEndpoint,
  allowHalfOpen: boolean,
): Opening & { stream: Socket } {
  const stream = tryStart(endpoint, allowHalfOpen);
  const opened = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => stream.destroy(connectTimeout(endpoint, connectTimeoutMs)), connectTimeoutMs);
    const ready = endpoint.kind === 'tls' ? 'secureConnect' : 'connect';
    stream.once(ready, () => {
      clearTimeout(timer);
      resolve();
    });
    stream.once('error', reject);
    stream.once('close', () => {
      clearTimeout(timer);
      reject(Object.assign(new Error('The connection was closed before it stood'), { code: 'ECONNRESET' }));
    });
  });
  // Who pools the socket learns of a failure from its error event; this promise is for the others.
  opened.catch(() => undefined);
  return { stream, opened };
}

function tryStart(endpoint: UnixEndpoint | TcpEndpoint | TlsEndpoint, allowHalfOpen: boolean): Socket {
  try {
    return startSocket(endpoint, allowHalfOpen);
  } catch (error) {
    // A forbidden address, or a certificate that is none.
    const failed = new Socket();
    process.nextTick(() => failed.destroy(error instanceof Error ? error : new Error(String(error))));
    return failed;
  }
}

/**
 * A stream's socket rests from reading while somebody holds what it gave: an engine writes a log line by line, and to be
 * woken for every line costs more than all the rest. Node's default reads on until 64 KB wait.
 */
function readingOf(allowHalfOpen: boolean): { readableHighWaterMark?: number } {
  return allowHalfOpen ? { readableHighWaterMark: 1 } : {};
}

function startSocket(endpoint: UnixEndpoint | TcpEndpoint | TlsEndpoint, allowHalfOpen: boolean): Socket {
  if (endpoint.kind === 'unix') {
    const options = { path: endpoint.path, allowHalfOpen, ...readingOf(allowHalfOpen) };
    return connect(options);
  }
  refuseForbiddenHost(endpoint.host);
  const options = {
    ...readingOf(allowHalfOpen),
    host: endpoint.host,
    port: endpoint.port,
    allowHalfOpen,
    lookup: guardedLookup,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  };
  if (endpoint.kind === 'tcp') return connect(options);
  const socket = connectTls({
    ...options,
    ca: endpoint.ca,
    cert: endpoint.cert,
    key: endpoint.key,
    // A name for SNI; an address must not be sent there (RFC 6066), and Node then verifies against `host`.
    servername: isIP(endpoint.host) ? '' : endpoint.host,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
  socket.setNoDelay(true);
  return socket;
}
