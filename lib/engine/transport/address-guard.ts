import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type AppError, appError } from '#lib/shared/errors.ts';

/** Metadata services of clouds that do not live on a link-local address. */
const metadataAddresses = new Set(['100.100.100.200', 'fd00:ec2::254']);

/**
 * Whether an address must never be called: link-local ranges and metadata services. Whoever may add or test an engine
 * could otherwise read the credentials of the machine that the console runs on (server-side request forgery).
 */
export function isForbiddenAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` turns ::ffff:169.254.169.254 into what it is.
  const parsed = ipaddr.process(address);
  return parsed.range() === 'linkLocal' || metadataAddresses.has(parsed.toString());
}

/** Refuses a host given as a forbidden address. Throws bad-request. */
export function refuseForbiddenHost(host: string): void {
  if (isIP(host) && isForbiddenAddress(host)) throw forbiddenAddress(host);
}

/**
 * DNS look-up for outgoing connections. The check sits here, on the very answer that is connected to, so that a name
 * which answers differently the second time (DNS rebinding) gains nothing.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const forbidden = addresses.find(({ address }) => isForbiddenAddress(address));
    if (forbidden) return callback(forbiddenAddress(forbidden.address), '');
    if (options.all) return callback(null, addresses);
    const first = addresses[0];
    if (!first) return callback(Object.assign(new Error(`No address for ${hostname}`), { code: 'ENOTFOUND' }), '');
    callback(null, first.address, first.family);
  });
};

function forbiddenAddress(address: string): AppError {
  return appError('bad-request', `${address} is a link-local or metadata address; engines are never called there.`);
}
