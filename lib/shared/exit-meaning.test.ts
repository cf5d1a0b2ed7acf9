import { expect, test } from 'vitest';
import { exitMeaning } from './exit-meaning.ts';

test.each([
  [0, false, /without an error/],
  [137, false, /SIGKILL/],
  [137, true, /memory.*OOM/],
  [143, false, /SIGTERM/],
  [139, false, /SIGSEGV/],
  [127, false, /not found/],
  [126, false, /could not be run/],
  [163, false, /signal 35/],
])('exit code %i (OOM %s) is explained', (code, oom, words) => {
  expect(exitMeaning(code, oom)).toMatch(words);
});

test('says nothing about codes that only the program knows', () => {
  expect(exitMeaning(42)).toBeUndefined();
  expect(exitMeaning(200)).toBeUndefined();
});
