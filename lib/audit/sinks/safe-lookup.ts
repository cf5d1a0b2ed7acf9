import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { appError } from '#lib/shared/errors.ts';
import { isForbiddenHost } from '#lib/shared/forbidden-host.ts';

/** Throws bad-request for a host that nobody may make the console call. */
export function checkHost(host: string): void {
  if (isForbiddenHost(host)) throw forbidden(host);
}

/**
 * Looks a name up and refuses what it resolves to, at the moment of the connection: a name that meant another address
 * when it was checked would else lead to a metadata service (DNS rebinding).
 */
export const safeLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const [first] = addresses;
    const bad = addresses.find(({ address }) => isForbiddenHost(address));
    if (bad || !first) return callback(forbidden(hostname), '', 0);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function forbidden(host: string) {
  return appError(
    'bad-request',
    `${host} is a link-local address or a metadata service, which the console never calls.`,
  );
}
