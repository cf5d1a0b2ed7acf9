import type { IncomingHttpHeaders } from 'node:http';

/**
 * What an engine may say to a client. Not Set-Cookie, Location, Clear-Site-Data, Access-Control-*, Refresh or Link: a
 * lying engine would speak for our origin with them.
 */
const allowed = new Set([
  'age',
  'api-version',
  'builder-version',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'docker-content-digest',
  'docker-experimental',
  'last-modified',
  'libpod-api-version',
  'libpod-buildah-version',
  'ostype',
  'pragma',
  'retry-after',
  'server',
  'swarm',
  'warning',
  'x-content-type-options',
  'x-docker-container-path-stat',
]);

/**
 * The engine's reply headers by allow-list. `cookie`: the principal came by cookie, so a lying engine must not run
 * script at our origin: nosniff, CSP sandbox, and what is not JSON as an attachment. `dropLength`: the body is changed.
 */
export function replyHeaders(
  headers: IncomingHttpHeaders,
  options: { cookie: boolean; dropLength?: boolean },
): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !allowed.has(name)) continue;
    if (name === 'content-length' && options.dropLength) continue;
    kept[name] = value;
  }
  return options.cookie ? { ...kept, ...hardening(kept) } : kept;
}

function hardening(kept: Record<string, string | string[]>): Record<string, string> {
  const type = String(kept['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase();
  const headers: Record<string, string> = {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
  // The engine's own file name goes with its disposition: neither is shown or run, both are saved.
  if (type !== 'application/json' && !/^attachment\b/i.test(String(kept['content-disposition'] ?? ''))) {
    headers['content-disposition'] = 'attachment';
  }
  // Without a type a browser would guess one.
  if (type === '') headers['content-type'] = 'application/octet-stream';
  return headers;
}
