import ipaddr from 'ipaddr.js';

/** Metadata services of clouds that do not live on a link-local address: Alibaba, AWS by IPv6, Azure's wire server. */
const metadataAddresses = new Set(['100.100.100.200', 'fd00:ec2::254', '168.63.129.16']);
const metadataNames = new Set(['metadata', 'metadata.google.internal', 'instance-data', 'instance-data.ec2.internal']);

/**
 * Whether a host as written (`169.254.1.1`, `[fe80::1]`, `metadata.google.internal`) is one that nobody may make an
 * engine or the console call: link-local ranges and metadata services hand out credentials of the machine. Reads the
 * odd spellings that resolvers take too (`2852039166`, `0xa9fea9fe`, `169.254.43518`), and the IPv6 forms that carry an
 * IPv4 address. A name that only resolves to such an address is not seen here.
 */
export function isForbiddenHost(host: string): boolean {
  const name = host
    .trim()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .replace(/\.+$/, '')
    .toLowerCase();
  if (metadataNames.has(name)) return true;
  if (!ipaddr.isValid(name)) return false;
  return addressesIn(name).some(
    (address) => address.range() === 'linkLocal' || metadataAddresses.has(address.toString()),
  );
}

/** The address, and the IPv4 address inside it if it maps or translates one (::ffff:, 64:ff9b::, 2002::). */
function addressesIn(name: string): (ipaddr.IPv4 | ipaddr.IPv6)[] {
  const address = ipaddr.process(name);
  if (!(address instanceof ipaddr.IPv6)) return [address];
  const bytes = address.toByteArray();
  const inner = { rfc6052: bytes.slice(12, 16), '6to4': bytes.slice(2, 6), ipv4Mapped: bytes.slice(12, 16) };
  const range = address.range();
  return range in inner ? [address, new ipaddr.IPv4(inner[range as keyof typeof inner])] : [address];
}
