import { expect, test } from 'vitest';
import { guardedLookup, isForbiddenAddress, refuseForbiddenHost } from './address-guard.ts';

// Attack: server-side request forgery.
test.each(['169.254.169.254', '169.254.1.1', '::ffff:169.254.169.254', 'fe80::1', 'fd00:ec2::254', '100.100.100.200'])(
  'link-local and metadata address %s is never called',
  (address) => {
    expect(isForbiddenAddress(address)).toBe(true);
    expect(() => refuseForbiddenHost(address)).toThrow(/never called/);
  },
);

test.each(['10.0.0.1', '127.0.0.1', '192.168.1.1', '::1', '2001:db8::1', 'box.example'])('%s may be called', (host) => {
  expect(isForbiddenAddress(host)).toBe(false);
  expect(() => refuseForbiddenHost(host)).not.toThrow();
});

test('the look-up judges the very address that is connected to', async () => {
  const looked = await new Promise((resolve) =>
    guardedLookup('localhost', {}, (error, address) => resolve(error ?? address)),
  );
  expect(['127.0.0.1', '::1']).toContain(looked);
  const refused = await new Promise((resolve) =>
    // getaddrinfo takes the address for a name, as a DNS answer that points there would.
    guardedLookup('169.254.169.254', { all: true }, (error) => resolve(error?.message)),
  );
  expect(refused).toMatch(/never called/);
});
