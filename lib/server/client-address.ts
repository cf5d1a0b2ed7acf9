import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Parses `10.0.0.0/8`, `::1` and the like. Throws an Error that names the bad entry. */
export function parseTrustedProxies(
  entries: readonly string[],
  source = 'PILOTHOUSE_TRUSTED_PROXIES',
): (address: string) => boolean {
  const ranges = entries.map((entry): [Address, number] => {
    try {
      const cidr = entry.includes('/') ? entry : `${entry}/${ipaddr.parse(entry).kind() === 'ipv4' ? 32 : 128}`;
      return ipaddr.parseCIDR(cidr);
    } catch {
      throw new Error(`${source} has the entry "${entry}", which is neither an address nor a range.`);
    }
  });
  return (address) => {
    if (ranges.length === 0 || !ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return ranges.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits));
  };
}

/**
 * Rewrites X-Forwarded-* so that all behind it may believe them: from a trusted proxy they stay (the client is the
 * rightmost address that is no trusted proxy), from anybody else they become what the connection itself says, so
 * that no client can choose its address, its scheme or the host that sign-in redirects to.
 */
export function settleForwardedHeaders(req: IncomingMessage, isTrusted: (address: string) => boolean): string {
  const { remoteAddress } = req.socket;
  // The kernel writes an IPv4 address in one way only, and this runs for every request.
  const peer = remoteAddress?.includes(':') ? plainAddress(remoteAddress) : (remoteAddress ?? '');
  const secure = (req.socket as Partial<TLSSocket>).encrypted === true;
  delete req.headers.forwarded;
  if (!isTrusted(peer)) {
    req.headers['x-forwarded-for'] = peer;
    req.headers['x-forwarded-proto'] = secure ? 'https' : 'http';
    req.headers['x-forwarded-host'] = req.headers.host ?? '';
    return peer;
  }
  const hops = String(req.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((hop) => plainAddress(hop.trim()))
    .filter((hop) => ipaddr.isValid(hop));
  const client = hops.findLast((hop) => !isTrusted(hop)) ?? hops[0] ?? peer;
  req.headers['x-forwarded-for'] = client;
  const proto = String(req.headers['x-forwarded-proto'] ?? '')
    .split(',')[0]
    ?.trim();
  req.headers['x-forwarded-proto'] = proto === 'https' || (!proto && secure) ? 'https' : 'http';
  req.headers['x-forwarded-host'] = String(req.headers['x-forwarded-host'] ?? req.headers.host ?? '')
    .split(',')[0]
    ?.trim();
  return client;
}

/** `::ffff:10.0.0.1` is 10.0.0.1 to people, throttles and records. */
function plainAddress(address: string | undefined): string {
  if (!address || !ipaddr.isValid(address)) return address ?? '';
  return ipaddr.process(address).toString();
}
