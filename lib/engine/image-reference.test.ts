import { expect, test } from 'vitest';
import { normalizeRegistryAddress, registryOf } from './image-reference.ts';

test.each([
  ['busybox', 'docker.io'],
  ['busybox:1.36', 'docker.io'],
  ['library/busybox', 'docker.io'],
  ['ann/app', 'docker.io'],
  ['docker.io/library/busybox', 'docker.io'],
  ['index.docker.io/ann/app', 'docker.io'],
  ['localhost/app', 'localhost'],
  ['localhost:5000/app', 'localhost:5000'],
  ['registry.example/team/app@sha256:abc', 'registry.example'],
  ['registry.example:5000/app:1', 'registry.example:5000'],
  ['10.0.0.1:5000/app', '10.0.0.1:5000'],
  ['Registry/app', 'registry'],
  ['app:5000', 'docker.io'],
])('%s is an image of %s', (reference, registry) => {
  expect(registryOf(reference)).toBe(registry);
});

test.each([
  ['https://index.docker.io/v1/', 'docker.io'],
  ['docker.io', 'docker.io'],
  ['Registry.Example:5000', 'registry.example:5000'],
  ['http://10.0.0.1:5000/v2/', '10.0.0.1:5000'],
  ['localhost', 'localhost'],
])('the address %s is kept as %s', (written, kept) => {
  expect(normalizeRegistryAddress(written)).toBe(kept);
});

test.each(['', 'word', 'a b', 'host:port', '../x', 'user@host.example'])('"%s" is no registry', (address) => {
  expect(() => normalizeRegistryAddress(address)).toThrow(/no registry's address/);
});
