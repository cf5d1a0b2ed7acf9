import { expect, test } from 'vitest';
import { filterOf, toApiParams, toParams } from './audit-query.ts';

test('a filter survives the URL', () => {
  const url = 'text=web&outcome=denied&from=2026-01-02';
  expect(toParams(filterOf(new URLSearchParams(url))).toString()).toBe(url);
});

test('a day goes to the API as the milliseconds at which it begins and ends', () => {
  const params = toApiParams(filterOf(new URLSearchParams('from=2026-01-02&to=2026-01-02')));
  expect(Number(params.get('to')) - Number(params.get('from'))).toBe(24 * 3600_000 - 1);
});
