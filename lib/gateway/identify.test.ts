import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { identify } from './identify.ts';

const principal = { kind: 'user', userId: 'u', email: 'a@b.c', name: 'A', via: { kind: 'session', id: 's' } } as const;
const person: UserPrincipal = { ...principal, grants: [] };
const identity = { bySession: async () => person, byToken: async () => undefined };

/** Whether a page of this origin may upgrade in the person's name. */
async function mayUpgrade(origin: string | undefined, more: { publicUrl?: string; allowed?: string[] } = {}) {
  const headers = { host: 'console.test:3000', ...(origin === undefined ? {} : { origin }) };
  const req = { headers } as unknown as IncomingMessage;
  const { publicUrl, allowed = [] } = more;
  const deps = { identity, clientAddress: () => '', publicUrl, allowedOrigins: () => allowed };
  return identify(deps, req, true).then(
    () => true,
    () => false,
  );
}

test('an upgrade by cookie comes from the console itself, or from an origin that the settings allow whole', async () => {
  expect(await mayUpgrade('http://console.test:3000')).toBe(true);
  expect(await mayUpgrade('http://evil.test')).toBe(false);
  expect(await mayUpgrade(undefined)).toBe(false);
  expect(await mayUpgrade('null')).toBe(false);
  const allowed = ['https://ops.example.org'];
  expect(await mayUpgrade('https://ops.example.org', { allowed })).toBe(true);
  expect(await mayUpgrade('https://ops.example.org', { allowed, publicUrl: 'https://console.test' })).toBe(true);
  for (const near of ['http://ops.example.org', 'https://ops.example.org:444', 'https://ops.example.org.evil.test']) {
    expect(await mayUpgrade(near, { allowed })).toBe(false);
  }
});
