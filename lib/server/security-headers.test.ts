import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { setPageSecurityHeaders } from './security-headers.ts';

function headersOf(sent: Record<string, string> = {}) {
  const req = new IncomingMessage(new Socket());
  Object.assign(req.headers, sent);
  const res = new ServerResponse(req);
  setPageSecurityHeaders(req, res);
  return { policy: String(res.getHeader('content-security-policy')), req, res };
}

// Stored XSS: were a label or a log line ever rendered as HTML, the policy lets none of its scripts run.
test('a page runs no script but those with its nonce, loads nothing from elsewhere and stands in no frame', () => {
  const { policy, req, res } = headersOf();
  const directives = new Map(policy.split('; ').map((part) => [part.split(' ')[0], part]));
  expect(directives.get('script-src')).toBe(`script-src 'self' 'nonce-${req.headers['x-nonce']}' 'strict-dynamic'`);
  expect(directives.get('default-src')).toBe("default-src 'self'");
  expect(directives.get('connect-src')).toBe("connect-src 'self'");
  expect(directives.get('object-src')).toBe("object-src 'none'");
  expect(directives.get('base-uri')).toBe("base-uri 'none'");
  expect(directives.get('form-action')).toBe("form-action 'self'");
  expect(directives.get('frame-ancestors')).toBe("frame-ancestors 'none'");
  expect(res.getHeader('x-frame-options')).toBe('DENY');
  expect(res.getHeader('x-content-type-options')).toBe('nosniff');
});

test('a nonce is new for each page and never the client’s own', () => {
  const given = { 'x-nonce': 'mine', 'content-security-policy': "script-src 'nonce-mine'" };
  const nonces = new Set(Array.from({ length: 100 }, () => String(headersOf(given).req.headers['x-nonce'])));
  expect(nonces.size).toBe(100);
  expect(nonces).not.toContain('mine');
  const { req, policy } = headersOf(given);
  expect(req.headers['content-security-policy']).toBe(policy);
});
