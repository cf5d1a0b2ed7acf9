import { expect, test } from 'vitest';
import { fingerprintOf, hostKeyPattern, readHostKey } from './host-key.ts';

// github.com's published key and fingerprint.
const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const fingerprint = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU';

test('the fingerprint is the one that ssh prints', () => {
  expect(fingerprintOf(Buffer.from(line.split(' ')[1] ?? '', 'base64'))).toBe(fingerprint);
  expect(fingerprint).toMatch(hostKeyPattern);
});

test('a pinned key is read from a fingerprint, a public key and known_hosts', () => {
  expect(readHostKey(`${fingerprint}\n`)).toBe(fingerprint);
  expect(readHostKey(`${line} comment`)).toBe(fingerprint);
  expect(readHostKey(`# c\nbox ssh-rsa AAAAB3NzaC1yc2E=\n[box]:2222 ${line}\n`)).toBe(fingerprint);
  expect(() => readHostKey('not a key')).toThrow(/neither/);
});
