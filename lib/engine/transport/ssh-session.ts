import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Client, type ClientChannel } from 'ssh2';
import { type AppError, appError } from '#lib/shared/errors.ts';
import { describeEndpoint, type SshEndpoint } from '../endpoint.ts';
import { connectTimeout, explainFailure, type HostKeyProblem, hostKeyError } from './failures.ts';
import { fingerprintOf } from './host-key.ts';
import { connectTimeoutMs, openSocket } from './net-transport.ts';
import { lostConnection } from './ssh-stream.ts';

/** Keepalive: a host that is silent for about this long times three is given up, with all its streams. */
const keepaliveIntervalMs = 10_000;

/** Where engines usually listen; Podman's root service comes after Docker's. */
const usualSockets = ['/var/run/docker.sock', '/run/podman/podman.sock'];

/** How streams reach the engine on the far side. */
type Way = { kind: 'socket'; path: string } | { kind: 'stdio' };

/** One ssh connection, signed in. */
export interface SshSession {
  /** Opens a stream to the engine: forwarded to its socket, else through `docker system dial-stdio`. */
  openChannel(): Promise<{ channel: ClientChannel; farProblem?: () => Error | undefined }>;
  /** Streams through dial-stdio are sessions, of which sshd allows few (MaxSessions, 10 by default). */
  usesSessions(): boolean;
  /** Aborted when the connection is gone. */
  lost: AbortSignal;
  close(): void;
}

/** Connects and signs in. Throws engine-unreachable (with `hostKey` when the host is not trusted) or engine-timeout. */
export async function openSshSession(endpoint: SshEndpoint): Promise<SshSession> {
  const { host, port } = endpoint;
  const { stream: socket, opened } = openSocket({ kind: 'tcp', host, port }, false);
  const lost = new AbortController();
  socket.once('close', () => lost.abort());
  try {
    await opened;
    const client = await signIn(endpoint, socket);
    client.on('error', () => socket.destroy());
    return sessionOver(client, endpoint, socket, lost.signal);
  } catch (error) {
    socket.destroy();
    throw explainFailure(error, endpoint);
  }
}

async function signIn(endpoint: SshEndpoint, socket: Socket): Promise<Client> {
  const client = new Client();
  let refused: HostKeyProblem | undefined;
  const timer = setTimeout(() => socket.destroy(connectTimeout(endpoint, connectTimeoutMs)), connectTimeoutMs);
  // Stays for the connection's life: ssh2 may tell of one failure twice, and the second without a listener is thrown.
  const failed = new Promise<never>((_resolve, reject) => {
    client.on('error', reject);
    socket.once('error', reject);
    socket.once('close', () => reject(lostConnection()));
  });
  failed.catch(() => undefined);
  try {
    client.connect({
      sock: socket,
      username: endpoint.user,
      privateKey: endpoint.identity,
      readyTimeout: 0,
      keepaliveInterval: keepaliveIntervalMs,
      keepaliveCountMax: 2,
      hostVerifier: (key: Buffer) => {
        const presented = fingerprintOf(key);
        if (endpoint.hostKey === presented) return true;
        refused = { status: endpoint.hostKey ? 'changed' : 'new', presented, pinned: endpoint.hostKey };
        return false;
      },
    });
    await Promise.race([once(client, 'ready'), failed]);
    return client;
  } catch (error) {
    client.destroy();
    if (refused) throw hostKeyError(refused, `The ssh host ${describeEndpoint(endpoint)}`);
    throw explainSignIn(error, endpoint);
  } finally {
    clearTimeout(timer);
  }
}

function explainSignIn(error: unknown, endpoint: SshEndpoint): unknown {
  if (!(error instanceof Error)) return error;
  const level = 'level' in error ? error.level : undefined;
  const where = describeEndpoint(endpoint);
  if (level === 'client-authentication')
    return appError('engine-unreachable', `${where} does not let ${endpoint.user} in with this private key.`, error);
  if (error.message.startsWith('Cannot parse privateKey'))
    return appError('bad-request', `The private key can't be read: ${error.message}.`, error);
  if (level === 'protocol' || level === 'handshake')
    return appError('engine-unreachable', `The ssh handshake with ${where} failed: ${error.message}.`, error);
  return error;
}

function sessionOver(client: Client, endpoint: SshEndpoint, socket: Socket, lost: AbortSignal): SshSession {
  let way: Way | undefined;
  const dialStdio = (): Promise<{ channel: ClientChannel; farProblem: () => Error | undefined }> =>
    openStdio(client, endpoint).then(({ channel, problem }) => ({
      channel,
      farProblem: () => {
        const found = problem();
        // Perhaps the engine has come to its socket meanwhile: look anew next time.
        if (found) way = undefined;
        return found;
      },
    }));

  async function openChannel() {
    if (way?.kind === 'socket') return { channel: await forwardTo(client, way.path) };
    if (way?.kind === 'stdio') return dialStdio();
    for (const path of endpoint.socketPath ? [endpoint.socketPath] : usualSockets) {
      const channel = await forwardTo(client, path).catch((error: unknown) => {
        if (lost.aborted) throw error;
        return undefined;
      });
      if (!channel) continue;
      way = { kind: 'socket', path };
      return { channel };
    }
    const found = await dialStdio();
    way = { kind: 'stdio' };
    return found;
  }

  return {
    openChannel: () => withLoss(openChannel(), lost),
    usesSessions: () => way?.kind === 'stdio',
    lost,
    close() {
      client.destroy();
      socket.destroy();
    },
  };
}

/** ssh2 forgets some callbacks when the connection breaks; nobody may wait for ever. */
function withLoss<T>(work: Promise<T>, lost: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(lostConnection());
    if (lost.aborted) giveUp();
    lost.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => lost.removeEventListener('abort', giveUp));
  });
}

function forwardTo(client: Client, path: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.openssh_forwardOutStreamLocal(path, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

async function openStdio(client: Client, endpoint: SshEndpoint) {
  const host = endpoint.socketPath ? `-H ${shellQuote(`unix://${endpoint.socketPath}`)} ` : '';
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec(`docker ${host}system dial-stdio`, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  let said = '';
  let exitCode: number | null | undefined;
  channel.stderr.on('data', (chunk: Buffer) => {
    if (said.length < 4096) said += chunk.toString();
  });
  channel.on('exit', (code: number | null) => {
    exitCode = code;
  });
  const problem = (): AppError | undefined =>
    exitCode || said.trim()
      ? appError(
          'engine-unreachable',
          `No engine answers on ${describeEndpoint(endpoint)}: ${said.trim() || `docker ended with code ${exitCode}`}`,
        )
      : undefined;
  return { channel, problem };
}

/** For the far shell: the path comes from the engine's address and must stay one word. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
