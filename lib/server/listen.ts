import { createPrivateKey, X509Certificate } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Config } from '#lib/config.ts';
import { closeGently } from '#lib/gateway/answer.ts';

export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => void;
export type UpgradeHandler = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** What answers once the console is built; until then requests wait. */
export interface Handlers {
  request: RequestHandler;
  upgrade: UpgradeHandler;
}

export interface Listener {
  server: Server;
  /** Where a browser reaches it, as far as the process can know. */
  url: string;
  /** Requests that came before are answered now. */
  open(handlers: Handlers): void;
  /** Stops listening and ends what is still open; resolves when nothing is left. */
  close(): Promise<void>;
}

const serverOptions = {
  // Builds, pulls and followed logs take as long as they take; the head still has Node's own limit.
  requestTimeout: 0,
  // Longer than any proxy's, so that it is never we who close under a request.
  keepAliveTimeout: 75_000,
  noDelay: true,
  // `docker exec -i` ends its stdin by half-closing; the other half still has the answer to carry.
  allowHalfOpen: true,
  maxHeaderSize: 64 * 1024,
};

/** Listens before anything else is made, so that a taken port stops the start with nothing half-made. */
export async function listen(config: Pick<Config, 'host' | 'port' | 'tls' | 'publicUrl'>): Promise<Listener> {
  const server = config.tls
    ? createTlsServer({ ...serverOptions, ...readCertificate(config.tls) })
    : createServer(serverOptions);
  const sockets = new Set<Duplex>();
  const gate = new EventEmitter().setMaxListeners(0);
  let handlers: Handlers | undefined;
  const whenOpen = (run: (handlers: Handlers) => void) => {
    if (handlers) run(handlers);
    else gate.once('open', run);
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (req, res) => whenOpen((h) => h.request(req, res)));
  server.on('upgrade', (req, socket, head) => {
    // An error without a listener on an upgraded socket would end the process.
    socket.on('error', () => socket.destroy());
    whenOpen((h) => h.upgrade(req, socket, head));
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) refuseOnSocket(socket, '400 Bad Request');
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, config)));
    server.listen(config.port, config.host, resolve);
  });
  const port = (server.address() as AddressInfo).port;
  const host = ['0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host;
  return {
    server,
    url: config.publicUrl ?? `${config.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    open(ready) {
      handlers = ready;
      gate.emit('open', ready);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

/**
 * Answers a socket that Node's server has let go of, and closes it. Half-open sockets are allowed here, so `end` alone
 * would leave it to the client how long it stays: anybody could take all file descriptors.
 */
export function refuseOnSocket(socket: Duplex, status: string): void {
  socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  closeGently(socket, () => socket.resume());
}

function readCertificate({ certFile, keyFile }: { certFile: string; keyFile: string }): { cert: Buffer; key: Buffer } {
  const read = <T>(variable: string, file: string, what: string, parse: (bytes: Buffer) => T): [Buffer, T] => {
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch (error) {
      throw new Error(`${variable} names ${file}, which can't be read: ${(error as Error).message}.`);
    }
    try {
      return [bytes, parse(bytes)];
    } catch {
      throw new Error(`${variable} names ${file}, which holds no ${what}.`);
    }
  };
  const [cert, parsed] = read('PILOTHOUSE_TLS_CERT', certFile, 'certificate (PEM)', (b) => new X509Certificate(b));
  const [key, privateKey] = read('PILOTHOUSE_TLS_KEY', keyFile, 'private key (PEM, no passphrase)', createPrivateKey);
  if (!parsed.checkPrivateKey(privateKey))
    throw new Error(`PILOTHOUSE_TLS_KEY names ${keyFile}, which is not the key of the certificate in ${certFile}.`);
  return { cert, key };
}

function explainListenError(error: NodeJS.ErrnoException, config: { host: string; port: number }): Error {
  const where = `${config.host}:${config.port}`;
  if (error.code === 'EADDRINUSE')
    return new Error(`PORT ${config.port} is already in use on ${config.host}; choose another with PORT.`);
  if (error.code === 'EACCES')
    return new Error(`PORT ${config.port} needs more rights than this user has; choose one above 1023.`);
  if (error.code === 'EADDRNOTAVAIL') return new Error(`HOST ${config.host} is no address of this machine.`);
  return new Error(`Can't listen on ${where}: ${error.message}.`);
}
