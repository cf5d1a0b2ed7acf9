import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import { fillRegistryAuth } from './registry-auth.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const registries = { authHeader: async (reference: string) => (reference.startsWith('known/') ? 'stored' : undefined) };

async function fill(method: string, path: string, query: string, sent?: string) {
  const headers: Record<string, string> = sent === undefined ? {} : { 'x-registry-auth': sent };
  await fillRegistryAuth(classify(method, path, query), headers, registries);
  return headers;
}

describe('fillRegistryAuth', () => {
  it('fills in what is stored for the image of a pull, a push and a look at the registry', async () => {
    const stored = { 'x-registry-auth': 'stored' };
    expect(await fill('POST', '/images/create', 'fromImage=known/a&tag=1')).toEqual(stored);
    expect(await fill('POST', '/images/known/a/push', 'tag=1')).toEqual(stored);
    expect(await fill('GET', '/distribution/known/a/json', '')).toEqual(stored);
  });

  it('counts the empty login that the CLI sends as none', async () => {
    for (const empty of [encode({}), encode({ username: '', password: '' }), encode({ serveraddress: 'known' })]) {
      expect(await fill('POST', '/images/create', 'fromImage=known/a', empty)).toEqual({ 'x-registry-auth': 'stored' });
    }
  });

  it("leaves the client's own login alone, and what it can't read too", async () => {
    for (const own of [encode({ username: 'u', password: 'p' }), encode({ identitytoken: 't' }), '%%%']) {
      expect(await fill('POST', '/images/create', 'fromImage=known/a', own)).toEqual({ 'x-registry-auth': own });
    }
  });

  it('gives a push without any login the empty one, which older engines demand', async () => {
    expect(await fill('POST', '/images/unknown/a/push', '')).toEqual({ 'x-registry-auth': encode({}) });
    const own = encode({ identitytoken: '' });
    expect(await fill('POST', '/images/unknown/a/push', '', own)).toEqual({ 'x-registry-auth': own });
  });

  it('never fills in a login where nothing is pulled or pushed', async () => {
    expect(await fill('POST', '/images/create', 'fromSrc=-&repo=known/a')).toEqual({});
    expect(await fill('POST', '/images/known/a/tag', 'repo=known/b')).toEqual({});
    expect(await fill('POST', '/images/create', 'fromImage=unknown/a')).toEqual({});
  });
});
