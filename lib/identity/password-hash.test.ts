import { expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.ts';

it('stores argon2id with its parameters and a salt of its own', async () => {
  const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword('correct horse', one)).toBe(true);
  expect(await verifyPassword('Correct horse', one)).toBe(false);
});

it('takes the same characters however the keyboard composed them', async () => {
  expect(await verifyPassword('caf\u0065\u0301', await hashPassword('caf\u00e9'))).toBe(true);
});

it('verifies scrypt, and nothing that it does not know', async () => {
  const { scryptSync } = await import('node:crypto');
  const salt = Buffer.from('0123456789abcdef');
  const tag = scryptSync('correct horse', salt, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 });
  const stored = `$scrypt$ln=15,r=8,p=3$${salt.toString('base64')}$${tag.toString('base64')}`;
  expect(await verifyPassword('correct horse', stored)).toBe(true);
  expect(await verifyPassword('wrong', stored)).toBe(false);
  for (const odd of ['', 'x', '$md5$x$y$z', '$argon2id$v=19$m=1,t=1,p=1$$']) {
    expect(await verifyPassword('', odd)).toBe(false);
  }
});

it('turns a flood away instead of keeping it all in the memory, and still answers those in line', async () => {
  const results = await Promise.allSettled(Array.from({ length: 80 }, () => hashPassword('correct horse')));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(80 - 66);
  expect(refused.every((result) => result.reason.code === 'too-many')).toBe(true);
  expect(await hashPassword('correct horse')).toMatch(/^\$/);
});
