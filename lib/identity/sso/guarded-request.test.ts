import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiscovery, normalizeProviderUrl } from './discovery.ts';
import { checkProviderUrl, guardedGet, guardLookup } from './guarded-request.ts';

let server: Server;
let origin = '';
let document: Record<string, unknown> = {};
beforeAll(async () => {
  server = createServer((req, res) => {
    if (req.url === '/elsewhere') return res.writeHead(302, { Location: 'http://169.254.169.254/' }).end();
    if (req.url === '/endless') return void res.write('x'.repeat(600 * 1024));
    if (req.url === '/text') return res.end('root:x:0:0');
    res.end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('what the console calls for a provider (server-side request forgery)', () => {
  it('refuses metadata services, link-local addresses, plain http and other schemes, in every spelling', () => {
    for (const url of [
      'https://169.254.169.254/',
      'https://[::ffff:169.254.169.254]/',
      'https://2852039166/',
      'https://0xa9fea9fe/',
      'https://metadata.google.internal/',
      'https://[fd00:ec2::254]/',
      'https://[fe80::1]/',
      'http://id.example.org/',
      'http://10.0.0.1/',
      'ftp://id.example.org/',
      'https://user:password@id.example.org/',
      'id.example.org',
    ]) {
      expect(() => checkProviderUrl(url, true), url).toThrow();
    }
    expect(checkProviderUrl('https://id.example.org/x', false).host).toBe('id.example.org');
    expect(checkProviderUrl('https://10.0.0.1/', false).host).toBe('10.0.0.1');
  });

  it('calls loopback only for a provider that is configured there', () => {
    for (const url of ['http://127.0.0.1:1/', 'https://localhost/', 'https://[::1]/', 'https://0.0.0.0/']) {
      expect(() => checkProviderUrl(url, false), url).toThrow();
      expect(() => checkProviderUrl(url, true), url).not.toThrow();
    }
  });

  it('looks at what a name leads to when it is called, not before (DNS rebinding)', async () => {
    const lead = (host: string, ...addresses: string[]) => {
      const names = guardLookup((_host, _options, callback) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
      );
      return new Promise((resolve, reject) =>
        names(host, {}, (error, address) => (error ? reject(error) : resolve(address))),
      );
    };
    expect(await lead('id.example.org', '10.0.0.7', '192.0.2.7')).toBe('10.0.0.7');
    expect(await lead('localhost', '127.0.0.1')).toBe('127.0.0.1');
    for (const address of [
      '127.0.0.1',
      '::1',
      '0.0.0.0',
      '::ffff:127.0.0.1',
      '169.254.169.254',
      'fe80::1',
      'fd00:ec2::254',
    ]) {
      await expect(lead('id.example.org', '192.0.2.7', address), address).rejects.toThrow('does not call');
    }
    await expect(lead('localhost', '169.254.169.254')).rejects.toThrow('does not call');
  });

  it('follows no redirect, reads no endless answer, and repeats nothing that is not JSON', async () => {
    await expect(guardedGet(`${origin}/elsewhere`, true)).rejects.toThrow('answered 302');
    await expect(guardedGet(`${origin}/endless`, true)).rejects.toThrow('too much');
    await expect(guardedGet(`${origin}/text`, true)).rejects.toThrow(/^127\.0\.0\.1:\d+ did not answer with JSON\.$/);
  });
});

describe('discovery', () => {
  const discover = () => createDiscovery(Date.now)('oidc', origin);
  const right = () => ({
    issuer: origin,
    authorization_endpoint: `${origin}/auth`,
    token_endpoint: `${origin}/token`,
    jwks_uri: `${origin}/jwks`,
  });

  it('takes the issuer or the address of its document', () => {
    const document_ = 'https://id.example.org/realms/acme/.well-known/openid-configuration';
    expect(normalizeProviderUrl('oidc', document_)).toBe('https://id.example.org/realms/acme');
    expect(normalizeProviderUrl('oidc', 'https://id.example.org/')).toBe('https://id.example.org');
    expect(normalizeProviderUrl('google', '')).toBe('https://accounts.google.com');
    expect(() => normalizeProviderUrl('oidc', 'https://id.example.org/?x=1')).toThrow();
  });

  it('refuses a document of another issuer, other documents, and providers that sign by no checkable method', async () => {
    document = right();
    expect(await discover()).toMatchObject({ issuer: origin, signedBy: 'RS256', tokenAuth: 'client_secret_basic' });
    document = { ...right(), issuer: 'https://id.example.org' };
    await expect(discover()).rejects.toThrow('calls itself https://id.example.org');
    document = { some: 'thing' };
    await expect(discover()).rejects.toThrow('not an OpenID configuration');
    document = { ...right(), id_token_signing_alg_values_supported: ['none', 'HS256'] };
    await expect(discover()).rejects.toThrow('no method that can be checked');
    document = { ...right(), id_token_signing_alg_values_supported: ['none', 'ES256'] };
    expect(await discover()).toMatchObject({ signedBy: 'ES256' });
  });

  it('refuses a document that leads to what the console must not call', async () => {
    for (const field of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint']) {
      document = { ...right(), [field]: 'http://169.254.169.254/' };
      await expect(discover(), field).rejects.toMatchObject({ code: 'bad-request' });
    }
  });
});
