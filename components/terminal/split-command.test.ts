import { expect, test } from 'vitest';
import { splitCommand } from './split-command.ts';

test.each([
  ['redis-cli -n 1', ['redis-cli', '-n', '1']],
  [`sh -c 'echo "a b"'`, ['sh', '-c', 'echo "a b"']],
  ['echo "a\\"b" c\\ d', ['echo', 'a"b', 'c d']],
  ['  ', []],
  ['a ""', ['a', '']],
])('%j', (text, words) => {
  expect(splitCommand(text)).toEqual(words);
});
