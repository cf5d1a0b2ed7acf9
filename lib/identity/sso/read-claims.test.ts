import { expect, it } from 'vitest';
import { readClaims } from './read-claims.ts';

const from = { providerId: 'p', issuer: 'https://id.example.org', groupClaim: 'groups', state: 's' };
const groupsBy = (raw: object, groupClaim: string) => readClaims({ sub: '1', ...raw }, { ...from, groupClaim }).groups;

it('finds groups by their claim, as a list, as one, by an address, and down a path', () => {
  expect(groupsBy({ groups: ['a', 'b'] }, 'groups')).toEqual(['a', 'b']);
  expect(groupsBy({ role: 'a' }, 'role')).toEqual(['a']);
  expect(groupsBy({ 'https://example.org/groups': ['a'] }, 'https://example.org/groups')).toEqual(['a']);
  expect(groupsBy({ realm_access: { roles: ['a'] } }, 'realm_access.roles')).toEqual(['a']);
});

it('takes what is missing or of another shape for no groups', () => {
  for (const groups of [undefined, null, 7, {}, [7, null, { a: 1 }], 'x'.repeat(300)])
    expect(groupsBy({ groups }, 'groups'), String(groups)).toEqual([]);
  expect(groupsBy({ groups: ['a'] }, '')).toEqual([]);
  expect(groupsBy({}, 'constructor.name')).toEqual([]);
});

it('believes an e-mail only where the provider plainly says that it is verified', () => {
  const verified = (email_verified: unknown) => readClaims({ sub: '1', email_verified }, from).emailVerified;
  expect([true, 'true'].map(verified)).toEqual([true, true]);
  expect([undefined, null, false, 1, 'yes', 'TRUE', {}].map(verified)).toEqual(Array(7).fill(false));
});

it('refuses claims without a subject', () => {
  for (const sub of [undefined, '', null, {}]) expect(() => readClaims({ sub }, from)).toThrow();
});
