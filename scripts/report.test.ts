import { expect, test } from 'vitest';
import { addUp, countFile, projectOf } from './report.ts';

const file = (status: string, ...states: string[]) => ({
  name: 'x',
  status,
  assertionResults: states.map((state) => ({ status: state })),
});

test('counts a file that fails in a hook, with no failed test, as a failure', () => {
  expect(countFile(file('failed', 'skipped', 'skipped'))).toMatchObject({ passed: 0, failed: 1, skipped: 2 });
  expect(countFile(file('failed'))).toMatchObject({ failed: 1 });
});

test('adds up what passed, failed and was skipped', () => {
  const files = [file('passed', 'passed', 'passed', 'todo'), file('failed', 'failed', 'passed')].map(countFile);
  expect(addUp(files)).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

test('knows the project of a test by its name', () => {
  expect(projectOf('a.test.ts')).toBe('unit');
  expect(projectOf('a.test.tsx')).toBe('unit');
  expect(projectOf('a.engine.test.ts')).toBe('engine');
  expect(projectOf('a.e2e.test.ts')).toBe('e2e');
  expect(projectOf('a.ts')).toBeUndefined();
});
