import { expect, it } from 'vitest';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { createCap } from './cap.ts';

const by = (userId: string, via: UserPrincipal['via']): UserPrincipal => ({
  ...{ kind: 'user', userId, email: `${userId}@example.test`, name: userId, grants: [] },
  via,
});
const session = (userId: string, id: string) => by(userId, { kind: 'session', id });
const token = (userId: string, id: string) => by(userId, { kind: 'token', id, name: 'ci' });

it('counts a person over all sessions and each token by itself, and says the limit', () => {
  const cap = createCap(2, 'requests', 'SOME_MAX');
  cap.enter(session('ann', '1'));
  const leave = cap.enter(session('ann', '2'));
  expect(() => cap.enter(session('ann', '3'))).toThrow('You have 2 requests open already; 2 is the limit (SOME_MAX).');
  cap.enter(session('bob', '4'));
  cap.enter(token('ann', 't'));
  cap.enter(token('ann', 't'));
  expect(() => cap.enter(token('ann', 't'))).toThrow(/^This token has 2/);
  leave();
  leave();
  cap.enter(session('ann', '1'));
  expect(() => cap.enter(session('ann', '1'))).toThrow(expect.objectContaining({ status: 429 }));
});

it('never refuses the console itself', () => {
  const cap = createCap(0, 'requests', 'SOME_MAX');
  expect(() => cap.enter({ kind: 'system', purpose: 'watch' })).not.toThrow();
});
