import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { parseTrustedProxies, settleForwardedHeaders } from './client-address.ts';

function request(remoteAddress: string, headers: Record<string, string>): IncomingMessage {
  return { socket: { remoteAddress }, headers: { host: 'console.test', ...headers } } as unknown as IncomingMessage;
}

test('a client that is no trusted proxy cannot choose its address, scheme or host', () => {
  const req = request('::ffff:192.0.2.7', {
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.test',
    forwarded: 'for=10.0.0.1',
  });
  expect(settleForwardedHeaders(req, parseTrustedProxies(['10.0.0.0/8']))).toBe('192.0.2.7');
  expect(req.headers).toEqual({
    host: 'console.test',
    'x-forwarded-for': '192.0.2.7',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'console.test',
  });
});

test('behind trusted proxies the client is the rightmost address that is none of them', () => {
  const req = request('10.0.0.2', {
    'x-forwarded-for': '203.0.113.9, 198.51.100.4, 10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'pilot.example',
  });
  expect(settleForwardedHeaders(req, parseTrustedProxies(['10.0.0.0/8']))).toBe('198.51.100.4');
  expect(req.headers['x-forwarded-proto']).toBe('https');
  expect(req.headers['x-forwarded-host']).toBe('pilot.example');
});

test('a single address and IPv6 ranges are understood, anything else is named', () => {
  const trusted = parseTrustedProxies(['127.0.0.1', 'fd00::/8']);
  expect(trusted('127.0.0.1')).toBe(true);
  expect(trusted('::ffff:127.0.0.1')).toBe(true);
  expect(trusted('fd12::1')).toBe(true);
  expect(trusted('127.0.0.2')).toBe(false);
  expect(trusted('nonsense')).toBe(false);
  expect(() => parseTrustedProxies(['proxy.local'])).toThrow('"proxy.local"');
});
