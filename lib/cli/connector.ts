import { lstatSync, rmSync } from 'node:fs';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { createRequestRewriter } from './request-rewriter.ts';

export interface ConnectorOptions {
  engine: string;
  /** `http://host:port` or `https://host`, with a base path if the console has one. */
  consoleUrl: string;
  /** Called for every connection; throws when there is none. */
  readToken(): string;
  socketPath: string;
  /** PEM. */
  ca?: string;
}

export interface Connector {
  socketPath: string;
  close(): Promise<void>;
  /** Resolves after `close`. */
  closed: Promise<void>;
}

/**
 * Serves a unix socket (mode 0600) that adds the console's base path and an API token to every request and changes
 * nothing else, so that clients which can send neither (BuildKit, SDKs, IDEs) go through the door all the same. One
 * connection to the console per client connection. Rejects with a sentence when it can't begin.
 */
export async function startConnector(options: ConnectorOptions): Promise<Connector> {
  const url = parseConsoleUrl(options.consoleUrl);
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(options.engine))
    throw new Error(`"${options.engine}" is no name of an engine.`);
  options.readToken();
  const socketPath = resolve(options.socketPath);
  await removeStaleSocket(socketPath);
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    serve(client, url, options);
  });
  await listenPrivately(server, socketPath);
  const closed = new Promise<void>((done) => server.once('close', done));
  return {
    socketPath,
    closed,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

function serve(client: Socket, url: URL, options: ConnectorOptions): void {
  client.on('error', () => client.destroy());
  const console_ = dial(url, options.ca);
  let connected = false;
  let answered = false;
  const refuse = (status: string, message: string) => {
    // Once an answer is under way, a second one in the middle of it would only confuse.
    if (answered || client.destroyed) {
      client.destroy();
      return;
    }
    answered = true;
    const body = JSON.stringify({ message });
    const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    client.end(`${head}Connection: close\r\n\r\n${body}`);
    client.resume();
    console_.destroy();
  };
  let token: string;
  try {
    token = options.readToken();
  } catch (error) {
    refuse('502 Bad Gateway', error instanceof Error ? error.message : String(error));
    return;
  }
  const basePath = `${url.pathname.replace(/\/+$/, '')}/docker/${options.engine}`;
  const rewriter = createRequestRewriter(
    () => ({ basePath, host: url.host, token }),
    (bytes) => console_.write(bytes),
  );
  console_.on(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    connected = true;
  });
  console_.on('error', (error) => {
    if (connected) client.destroy();
    else refuse('502 Bad Gateway', `The console at ${url.origin} can't be reached: ${error.message}`);
  });
  console_.once('data', () => {
    answered = true;
  });
  client.on('data', (bytes) => {
    try {
      if (!rewriter.push(bytes)) client.pause();
    } catch (error) {
      refuse('400 Bad Request', error instanceof Error ? error.message : String(error));
    }
  });
  console_.on('drain', () => client.resume());
  // Ends travel one by one: stdin may be over long before the output is.
  client.once('end', () => {
    if (!rewriter.end()) console_.end();
  });
  client.once('close', () => console_.destroy());
  console_.once('close', () => client.end());
  console_.pipe(client);
}

function dial(url: URL, ca: string | undefined): Socket {
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true, allowHalfOpen: true });
  if (!secure) return socket;
  // HTTP/1.1 by name: over HTTP/2 there are no upgrades of this kind.
  const isName = !/^[0-9.]+$|:/.test(host);
  return connectTls({ socket, host, ca, servername: isName ? host : undefined, ALPNProtocols: ['http/1.1'] });
}

function parseConsoleUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`"${text}" is no address of a console: http(s)://host:port`);
  // A token in a URL ends in shell histories and logs; the file is the only way in.
  if (url.username || url.password || url.search)
    throw new Error('The console address takes no credentials and no query.');
  return url;
}

/** What a killed connector left behind goes; what another one serves stays. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new Error(`${path} is there already and is no socket.`);
  const served = await new Promise<boolean>((done) => {
    const probe = connectTcp({ path });
    probe.once('connect', () => done(true)).once('error', () => done(false));
    probe.once('connect', () => probe.destroy());
  });
  if (served) throw new Error(`${path} is served by another process; end that one, or choose another path.`);
  rmSync(path);
}

function listenPrivately(server: ReturnType<typeof createServer>, path: string): Promise<void> {
  // The mode must be right from the first moment: a chmod afterwards leaves a gap in which others can connect.
  const before = process.umask(0o177);
  return new Promise<void>((done, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`The socket ${path} can't be made: ${error.message}`)),
    );
    server.listen(path, done);
    // A unix socket is bound within the call.
    process.umask(before);
  });
}
