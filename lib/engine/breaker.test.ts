import { expect, test } from 'vitest';
import { appError } from '#lib/shared/errors.ts';
import { backoffMs, createBreaker } from './breaker.ts';

const signal = new AbortController().signal;
const problem = appError('engine-unreachable', 'it is gone');

test('the backoff doubles, is jittered down to half, and is bounded', () => {
  expect([0, 1, 2].map((failures) => backoffMs(failures, () => 1))).toEqual([500, 1000, 2000]);
  expect(backoffMs(0, () => 0)).toBe(250);
  expect(backoffMs(1000, () => 1)).toBe(15_000);
});

test('a closed breaker lets through, an open one gives the last problem anew each time', async () => {
  const breaker = createBreaker();
  await breaker.admit(signal);
  breaker.open(problem);
  const first = await breaker.admit(signal).catch((error: unknown) => error);
  expect(first).toMatchObject({ code: 'engine-unreachable', message: 'it is gone' });
  expect(first).not.toBe(problem);
  breaker.close();
  await breaker.admit(signal);
});

test('a request waits for the attempt under way and passes when that succeeds', async () => {
  const breaker = createBreaker();
  breaker.open(problem);
  breaker.attempt();
  const admitted = breaker.admit(signal);
  breaker.close();
  await admitted;
});

test('the rest before the next attempt ends with the signal', async () => {
  const breaker = createBreaker();
  const abort = new AbortController();
  const resting = breaker.rest(60_000, abort.signal);
  abort.abort();
  await resting;
});
