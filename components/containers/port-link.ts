/**
 * The address of a published port for a link, by the engine's own address; undefined when there is none to be sure of.
 * Never the console's host name: cookies know no ports, so a container's program there would receive the session
 * cookie of whoever follows the link.
 */
export function portLink(options: {
  engineUrl: string;
  /** The address that the port is bound to; '' for all. */
  address: string;
  port: string;
  inside: string;
  consoleHost: string;
}): string | undefined {
  const { engineUrl, address, port, inside, consoleHost } = options;
  if (!inside.endsWith('/tcp') || port === '') return undefined;
  if (isLoopback(address)) return undefined;
  const host = address !== '' ? address : hostOf(engineUrl);
  if (!host || isLoopback(host)) return undefined;
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  if (shown.toLowerCase() === consoleHost.toLowerCase()) return undefined;
  const scheme = port === '443' || /^(443|8443)\//.test(inside) ? 'https' : 'http';
  return `${scheme}://${shown}:${port}`;
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.|\[?::1\]?$)/i.test(host);
}

function hostOf(engineUrl: string): string | undefined {
  const match = /^(?:tcp|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(engineUrl);
  return match?.[1];
}
