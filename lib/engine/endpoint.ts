import { appError } from '#lib/shared/errors.ts';
import type { EngineConfig, EngineSecrets } from './types.ts';

/** Where an engine listens and what is needed to be let in. */
export type Endpoint = UnixEndpoint | TcpEndpoint | TlsEndpoint | SshEndpoint;

export interface UnixEndpoint {
  kind: 'unix';
  path: string;
}
export interface TcpEndpoint {
  kind: 'tcp';
  host: string;
  port: number;
}
export interface TlsEndpoint {
  kind: 'tls';
  host: string;
  port: number;
  ca?: string;
  cert?: string;
  key?: string;
}
export interface SshEndpoint {
  kind: 'ssh';
  host: string;
  port: number;
  user: string;
  /** OpenSSH private key. */
  identity: string;
  /** The engine's socket on the far side; absent: looked for. */
  socketPath?: string;
  /** Pinned `SHA256:...`; absent: nothing is trusted yet. */
  hostKey?: string;
}

const wanted = 'It must be unix:///path, tcp://host:port or ssh://user@host[:port][/path/to/docker.sock].';

/** Reads an engine's address and secrets. Throws bad-request with a sentence that says what is wrong. */
export function parseEndpoint(url: string, secrets: EngineSecrets, hostKey?: string): Endpoint {
  if (url.startsWith('unix://')) {
    const path = url.slice('unix://'.length);
    if (!path.startsWith('/') || path.includes('\0'))
      throw appError('bad-request', `The address "${url}" has no absolute path.`);
    return { kind: 'unix', path };
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed?.hostname || !['tcp:', 'ssh:'].includes(parsed.protocol) || parsed.search || parsed.hash)
    throw appError('bad-request', `The address "${url}" is not one of an engine. ${wanted}`);
  if (parsed.password)
    throw appError('bad-request', 'The address must not hold a password; ssh engines sign in with a private key.');
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  return parsed.protocol === 'ssh:' ? sshEndpoint(parsed, host, secrets, hostKey) : tcpEndpoint(parsed, host, secrets);
}

function tcpEndpoint(url: URL, host: string, secrets: EngineSecrets): TcpEndpoint | TlsEndpoint {
  if (url.username || !['', '/'].includes(url.pathname))
    throw appError('bad-request', `The address "${url.href}" has more than host and port. ${wanted}`);
  const { ca, cert, key } = secrets;
  if (!ca && !cert && !key) return { kind: 'tcp', host, port: Number(url.port || 2375) };
  if (!cert !== !key)
    throw appError('bad-request', 'A client certificate and its private key go together; only one of them is given.');
  return { kind: 'tls', host, port: Number(url.port || 2376), ca, cert, key };
}

function sshEndpoint(url: URL, host: string, secrets: EngineSecrets, hostKey?: string): SshEndpoint {
  if (!url.username) throw appError('bad-request', `The address "${url.href}" names no user. ${wanted}`);
  if (!secrets.identity) throw appError('bad-request', 'An ssh engine wants a private key to sign in with.');
  return {
    kind: 'ssh',
    host,
    port: Number(url.port || 22),
    user: decodeURIComponent(url.username),
    identity: secrets.identity,
    socketPath: url.pathname.length > 1 ? decodeURIComponent(url.pathname) : undefined,
    hostKey,
  };
}

/** The transport that an address and its secrets make, without reading further. */
export function transportOf(url: string, secrets: EngineSecrets): EngineConfig['transport'] {
  if (url.startsWith('unix://')) return 'unix';
  if (url.startsWith('ssh://')) return 'ssh';
  return secrets.ca || secrets.cert || secrets.key ? 'tls' : 'tcp';
}

/** For messages: the path or host and port, never a secret. */
export function describeEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return endpoint.path;
  return `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
}
