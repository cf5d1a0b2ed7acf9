import { describe, expect, test } from 'vitest';
import { compileMatcher, markSpans } from './search-matcher.ts';

async function find(text: string, pattern: string, options: { regex?: boolean; caseSensitive?: boolean } = {}) {
  const matcher = await compileMatcher({ pattern, regex: false, caseSensitive: false, ...options });
  return matcher?.(text, 100);
}

describe('compileMatcher', () => {
  test('finds every literal place, special characters included', async () => {
    expect(await find('a.b a.b', 'A.b')).toEqual([
      [0, 3],
      [4, 7],
    ]);
    expect(await find('aXb', 'a.b')).toEqual([]);
    expect(await find('Error error', 'Error', { caseSensitive: true })).toEqual([[0, 5]]);
  });

  test('keeps indexes true where lower case is longer than the original', async () => {
    expect(await find('İİ error', 'ERROR')).toEqual([[3, 8]]);
  });

  test('runs regular expressions in linear time and skips empty matches', async () => {
    expect(await find('took 120ms, 7ms', '\\d+ms', { regex: true })).toEqual([
      [5, 10],
      [12, 15],
    ]);
    expect(await find(`${'a'.repeat(50_000)}!`, '(a+)+$', { regex: true })).toEqual([]);
    expect(await find('abc', 'x*', { regex: true })).toEqual([]);
  });

  test('says what is wrong with a malformed expression', async () => {
    await expect(compileMatcher({ pattern: '(', regex: true, caseSensitive: false })).rejects.toThrow(
      /missing closing/,
    );
  });

  test('is nothing for an empty pattern', async () => {
    expect(await find('x', '')).toBeUndefined();
  });
});

test('markSpans cuts runs at match borders and keeps their look', () => {
  expect(markSpans([{ text: 'abc', style: 1 }, { text: 'def' }], [[2, 4]])).toEqual([
    { text: 'ab', style: 1 },
    { text: 'c', style: 1, match: true },
    { text: 'd', match: true },
    { text: 'ef' },
  ]);
});
