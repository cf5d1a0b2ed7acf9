import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prettyJson } from './json-line.ts';

const joined = (text: string) =>
  prettyJson(text)
    ?.map((token) => token.text)
    .join('');

test('prints as JSON.stringify would, for any object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
      expect(joined(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('keeps the digits of numbers that JavaScript would round', () => {
  expect(joined('{"id":12345678901234567890,"f":1.10}')).toBe('{\n  "id": 12345678901234567890,\n  "f": 1.10\n}');
});

test('tells keys from strings', () => {
  expect(prettyJson('{"a":"b"}')?.filter((t) => t.kind !== 'mark')).toEqual([
    { kind: 'key', text: '"a"' },
    { kind: 'string', text: '"b"' },
  ]);
});

test('is not fooled by what only looks like JSON', () => {
  expect(prettyJson('{not json}')).toBeUndefined();
  expect(prettyJson('[info] started [ok]')).toBeUndefined();
  expect(prettyJson('plain')).toBeUndefined();
});
