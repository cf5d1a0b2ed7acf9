import type { IncomingHttpHeaders } from 'node:http';
import type { WireHeaders } from './wire.ts';

/**
 * Never passed on: what belongs to one hop or to the client's framing (we write our own), who somebody is (ours to
 * know, an engine behind another proxy would believe it), what a browser adds, what asks for an encoding that filters
 * can't read, and Content-Type, which comes from the table.
 */
const dropped = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'http2-settings', 'content-length', 'expect', 'host', 'content-type'],
  ...['authorization', 'cookie', 'forwarded', 'x-real-ip', 'x-pilothouse', 'x-http-method-override'],
  ...['origin', 'referer', 'accept-encoding', 'accept-language', 'dnt', 'priority', 'upgrade-insecure-requests'],
]);
const droppedPrefix = /^(x-forwarded-|x-remote-|x-auth-|x-webauth-|sec-|cf-|x-pilothouse-)/;

/**
 * BuildKit names the calls that its client answers in one header line each, and Node joins them. The engine knows no
 * method of the joined name: "no local sources enabled".
 */
function isSessionMethods(name: string): boolean {
  return name === 'x-docker-expose-session-grpc-method';
}

/** Few names come again and again; who sends others all the time gains nothing by filling this. */
const fates = new Map<string, boolean>();
const fatesMax = 200;

function isDropped(name: string): boolean {
  const known = fates.get(name);
  if (known !== undefined) return known;
  const fate = dropped.has(name) || droppedPrefix.test(name);
  if (fates.size < fatesMax && name.length < 100) fates.set(name, fate);
  return fate;
}

/** The client's headers as they go to the engine; `Host` and `User-Agent` are always there. */
export function requestHeaders(headers: IncomingHttpHeaders): WireHeaders {
  const { connection } = headers;
  const named =
    connection === undefined || connection === 'keep-alive'
      ? undefined
      : new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
  const kept: WireHeaders = { host: 'docker' };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || isDropped(name) || named?.has(name)) continue;
    kept[name] = isSessionMethods(name) ? String(value).split(/, ?/) : value;
  }
  kept['user-agent'] ??= 'pilothouse';
  return kept;
}
