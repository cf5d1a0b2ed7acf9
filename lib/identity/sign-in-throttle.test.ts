import { expect, it } from 'vitest';
import { createSignInThrottle } from './sign-in-throttle.ts';

function setup() {
  let now = 1_000_000;
  const throttle = createSignInThrottle(() => now);
  const fail = (email: string, address: string, known = false) => throttle.admit(email, address, known);
  const blocked = (email: string, address: string, known = false) => {
    try {
      fail(email, address, known);
      return false;
    } catch (error) {
      expect(error).toMatchObject({ code: 'too-many', status: 429 });
      return true;
    }
  };
  const wait = (ms: number) => {
    now += ms;
  };
  return { throttle, fail, blocked, wait };
}

it('lets five wrong passwords pass, then makes each next one wait longer', () => {
  const { fail, blocked, wait } = setup();
  for (let i = 0; i < 6; i++) fail('a@x', '10.0.0.1');
  expect(blocked('a@x', '10.0.0.1')).toBe(true);
  wait(1000);
  fail('a@x', '10.0.0.1');
  wait(1000);
  expect(blocked('a@x', '10.0.0.1')).toBe(true);
  wait(1000);
  expect(blocked('a@x', '10.0.0.1')).toBe(false);
});

it('counts guesses that come in parallel before any of them is answered', () => {
  const { blocked } = setup();
  expect(Array.from({ length: 100 }, () => blocked('a@x', '10.0.0.1')).filter((it) => !it)).toHaveLength(6);
});

it('forgets the failures with a success, and after an hour', () => {
  const { fail, blocked, wait } = setup();
  for (let i = 0; i < 4; i++) fail('a@x', '10.0.0.1');
  fail('a@x', '10.0.0.1').succeed();
  for (let i = 0; i < 5; i++) expect(blocked('a@x', '10.0.0.1')).toBe(false);
  wait(3600_000);
  for (let i = 0; i < 5; i++) expect(blocked('a@x', '10.0.0.1')).toBe(false);
});

it('does not lock a person out of a known place while others guess the account from everywhere', () => {
  const { fail, blocked } = setup();
  for (let i = 0; i < 21; i++) fail('a@x', `10.9.0.${i}`);
  expect(blocked('a@x', '10.9.9.9')).toBe(true);
  expect(blocked('a@x', '10.0.0.1', true)).toBe(false);
});

// Attack: a limiter that bans a whole proxy (portainer #3900).
it('does not lock out the others behind one proxy, and delays strangers there ten seconds at most', () => {
  const { fail, blocked, wait } = setup();
  fail('b@x', '10.0.0.1').succeed();
  for (let i = 0; i < 60; i++) {
    wait(10_000);
    fail(`made-up-${i}@x`, '10.0.0.1');
  }
  expect(blocked('new@x', '10.0.0.1')).toBe(true);
  expect(blocked('b@x', '10.0.0.1')).toBe(false);
  wait(10_000);
  expect(blocked('new@x', '10.0.0.1')).toBe(false);
});

it('treats an IPv6 network of one customer as one address, and a mapped IPv4 address as itself', () => {
  const { fail, blocked } = setup();
  for (let i = 1; i <= 6; i++) fail('a@x', `2001:db8:1:2::${i}`);
  expect(blocked('a@x', '2001:db8:1:2:ffff::1')).toBe(true);
  expect(blocked('a@x', '2001:db8:1:3::1')).toBe(false);
  for (let i = 1; i <= 6; i++) fail('b@x', '::ffff:10.0.0.1');
  expect(blocked('b@x', '10.0.0.1')).toBe(true);
});
