import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AppError, appError } from '#lib/shared/errors.ts';
import { isForbiddenHost } from '#lib/shared/forbidden-host.ts';

/**
 * Whether an address must never be called: link-local ranges and metadata services. Whoever may add or test an engine
 * could otherwise read the credentials of the machine that the console runs on (server-side request forgery).
 */
export function isForbiddenAddress(address: string): boolean {
  return isIP(address) !== 0 && isForbiddenHost(address);
}

/** Refuses a host given as a forbidden address, in any spelling, or as a metadata service's name. Throws bad-request. */
export function refuseForbiddenHost(host: string): void {
  if (isForbiddenHost(host)) throw forbiddenAddress(host);
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
