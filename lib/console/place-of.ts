import type { Config } from '#lib/config.ts';
import type { WebAuthnPlace } from '#lib/identity/second-factor/types.ts';

/**
 * Where the browser stands, for WebAuthn: PILOTHOUSE_URL, or else as the request came. Our own server has settled
 * X-Forwarded-*; and whatever Host a client of its own may claim, a browser signs with the origin it really is at.
 */
export function placeOf(request: Request, config: Pick<Config, 'publicUrl'>): WebAuthnPlace {
  const host = request.headers.get('x-forwarded-host') || request.headers.get('host') || 'localhost';
  const proto = request.headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  const text = config.publicUrl ?? `${proto}://${host}`;
  const url = new URL(URL.canParse(text) ? text : 'http://localhost');
  return { origin: url.origin, rpId: url.hostname };
}
