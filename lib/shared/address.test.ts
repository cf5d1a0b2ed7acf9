import { expect, test } from 'vitest';
import { decodeSegment, readTab } from './address.ts';

test('decodes names that need it and leaves broken ones alone', () => {
  expect(decodeSegment('a%2Fb%20c')).toBe('a/b c');
  expect(decodeSegment('100%')).toBe('100%');
});

test('knows its tabs and no others', () => {
  expect(readTab(undefined, ['logs'])).toBe('');
  expect(readTab(['logs'], ['logs'])).toBe('logs');
  expect(readTab(['nothing'], ['logs'])).toBeUndefined();
  expect(readTab(['logs', 'more'], ['logs'])).toBeUndefined();
});
