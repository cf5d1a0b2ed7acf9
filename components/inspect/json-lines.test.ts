import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findLines, parseJson, printJson, toLines } from './json-lines.ts';

test('prints what JSON.stringify prints, for any value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // A key __proto__ is lost by JSON.parse's reviver in no browser, but keeps its own test out of this one.
      expect(printJson(parseJson(JSON.stringify(value)))).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('keeps integers that JavaScript would round', () => {
  expect(printJson(parseJson('{"Memory":9223372036854771712}'))).toBe('{\n  "Memory": 9223372036854771712\n}');
});

test('lines joined are the whole text', () => {
  const value = { a: [1, { 'b/c': 'x' }], d: {}, e: [] };
  const lines = toLines(parseJson(JSON.stringify(value)), new Set());
  const text = lines
    .map(
      (line) =>
        `${'  '.repeat(line.depth)}${line.key === undefined ? '' : `${JSON.stringify(line.key)}: `}${line.text}`,
    )
    .join('\n');
  expect(text).toBe(JSON.stringify(value, null, 2));
  expect(new Set(lines.map((line) => line.path)).size).toBe(lines.length);
});

test('folds a part into one line and finds by key and value', () => {
  const root = parseJson('{"State":{"Pid":7},"Name":"web"}');
  expect(toLines(root, new Set(['/State'])).map((line) => line.text)).toEqual(['{', '{ … },', '"web"', '}']);
  expect(findLines(toLines(root, new Set()), 'pid')).toEqual(['/State/Pid']);
  expect(findLines(toLines(root, new Set()), 'WEB')).toEqual(['/Name']);
  expect(findLines(toLines(root, new Set()), ' ')).toEqual([]);
});
