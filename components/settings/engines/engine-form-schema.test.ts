import { expect, test } from 'vitest';
import { engineFormSchema, formOf, inputOf } from './engine-form-schema.ts';

const blank = { ...formOf(undefined), name: 'edge' };

test('an address that does not fit the kind is said with an example', () => {
  const parsed = engineFormSchema.safeParse({ ...blank, transport: 'ssh', url: 'tcp://x:1' });
  expect(parsed.error?.issues[0]).toMatchObject({ path: ['url'], message: expect.stringContaining('ssh://ubuntu@') });
});

test('empty secrets are left out, so that stored ones stay', () => {
  expect(inputOf({ ...blank, transport: 'tls', url: 'tcp://x:2376', ca: 'CA', cert: ' ', key: '' }).secrets).toEqual({
    ca: 'CA',
  });
});

test('secrets of another kind are not sent', () => {
  expect(inputOf({ ...blank, identity: 'KEY', hostKey: 'SHA256:x' })).toMatchObject({
    secrets: {},
    hostKey: undefined,
  });
});

test('tags are split at commas', () => {
  expect(inputOf({ ...blank, tags: 'prod, eu ,' }).tags).toEqual(['prod', 'eu']);
});
