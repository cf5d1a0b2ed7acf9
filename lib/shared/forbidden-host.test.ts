import { describe, expect, it } from 'vitest';
import { isForbiddenHost } from './forbidden-host.ts';

describe('isForbiddenHost', () => {
  it.each([
    '169.254.0.1',
    '2852039166',
    '0xA9.0xFE.0xA9.0xFE',
    '169.254.43518',
    'fe80::1',
    '[fe80::1%eth0]',
    '::ffff:a9fe:a9fe',
    '64:ff9b::169.254.169.254',
    '2002:a9fe:a9fe::',
    'fd00:ec2::254',
    '100.100.100.200',
    'Metadata.Google.Internal.',
  ])('knows %s', (host) => {
    expect(isForbiddenHost(host)).toBe(true);
  });

  it.each(['10.0.0.1', '127.0.0.1', '::1', 'fd00::1', '169.253.1.1', 'registry.example', '', '2002:0a00:0001::'])(
    'lets %j be',
    (host) => {
      expect(isForbiddenHost(host)).toBe(false);
    },
  );
});
