import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import ipaddr from 'ipaddr.js';
import { appError } from '#lib/shared/errors.ts';
import { isForbiddenHost } from '#lib/shared/forbidden-host.ts';

const timeoutMs = 10_000;
const bodyBytesMax = 512 * 1024;

/** The host names of this machine itself; what only resolves to it is none, see guardedLookup. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && isLoopbackAddress(name);
}

function isLoopbackAddress(address: string): boolean {
  return ['loopback', 'unspecified'].includes(ipaddr.process(address).range());
}

/**
 * The address that we may call for an identity provider; throws bad-request with the reason. Server-side request
 * forgery: whoever may set a provider up must not get at what only this machine can reach. So metadata services and
 * link-local addresses are never called, plain http never leaves the machine, and loopback is called only for a
 * provider that is itself configured there (one beside the console), not because a stranger's document says so.
 */
export function checkProviderUrl(text: string, loopbackAllowed: boolean): URL {
  if (!URL.canParse(text)) throw appError('bad-request', `"${text.slice(0, 200)}" is not an address.`);
  const url = new URL(text);
  if (url.username || url.password) throw appError('bad-request', 'The address must not hold a password.');
  const loopback = isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw appError('bad-request', `${url.origin} is no https address; passwords and tokens would travel in clear.`);
  }
  if (isForbiddenHost(url.hostname) || (loopback && !loopbackAllowed)) {
    throw appError('bad-request', `The console does not call ${url.hostname}.`);
  }
  return url;
}

type Lookup = (
  host: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;
type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Node's lookup, refusing what the name must not lead to. It is asked for the very connection that is made, so that
 * a name can't be harmless when it is looked at and something else when it is called (DNS rebinding). Loopback is for
 * its own names alone, and those have passed checkProviderUrl.
 */
export function guardLookup(lookup: Lookup) {
  return (host: string, options: LookupOptions, callback: LookupCallback): void => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const bad = addresses.find(
        ({ address }) => isForbiddenHost(address) || (isLoopbackAddress(address) && !isLoopbackHost(host)),
      );
      if (bad) return callback(new Error(`The console does not call ${host}, which is ${bad.address}.`), []);
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}

/** The one that every call to a provider uses. */
export const guardedLookup = guardLookup(dnsLookup);

/** One GET that follows no redirect; the parsed JSON of a 200. Throws an Error that says what came instead. */
export async function guardedGet(
  text: string,
  loopbackAllowed: boolean,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const url = checkProviderUrl(text, loopbackAllowed);
  const signal = AbortSignal.timeout(timeoutMs);
  const body = await new Promise<string>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      headers: { Accept: 'application/json', 'User-Agent': 'Pilothouse', ...headers },
      lookup: guardedLookup,
      signal,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      if (response.statusCode !== 200) {
        response.destroy();
        return reject(new Error(`${url.host} answered ${response.statusCode}.`));
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bodyBytesMax) request.destroy(new Error(`${url.host} answered with too much.`));
        else chunks.push(chunk);
      });
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
    request.end();
  });
  try {
    return JSON.parse(body);
  } catch {
    // Not what it said: it may be the answer of something that was never meant to be read by us.
    throw new Error(`${url.host} did not answer with JSON.`);
  }
}
