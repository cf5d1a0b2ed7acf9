import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashTokenSecret, makeTokenSecret, readBearerToken } from './token-secret.ts';

const key = (text: string) => createSecretKey(Buffer.from(text));

test('a token is 256 random bits behind a prefix that secret scanners can find, and never the same twice', () => {
  const made = new Set(Array.from({ length: 1000 }, makeTokenSecret));
  expect(made.size).toBe(1000);
  for (const secret of made) {
    expect(secret).toMatch(/^phk_/);
    expect(Buffer.from(secret.slice(4), 'base64url')).toHaveLength(32);
  }
});

test('what is stored of a token can not be tested against guesses without the key', () => {
  const secret = makeTokenSecret();
  expect(hashTokenSecret(secret, key('one'))).not.toBe(hashTokenSecret(secret, key('two')));
  expect(hashTokenSecret(secret, key('one'))).toBe(hashTokenSecret(secret, key('one')));
  expect(hashTokenSecret(secret, key('one'))).not.toContain(secret.slice(4));
});

test('nothing but a whole token of ours is looked up', () => {
  const secret = makeTokenSecret();
  expect(readBearerToken(`Bearer ${secret}`)).toBe(secret);
  for (const wrong of [
    secret,
    `Basic ${secret}`,
    `Bearer ${secret}x`,
    `Bearer x${secret}`,
    'Bearer eyJhbGciOi.a.b',
    '',
  ]) {
    expect(readBearerToken(wrong)).toBeUndefined();
  }
});
