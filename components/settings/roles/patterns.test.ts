import { describe, expect, test } from 'vitest';
import { consoleOperations, engineOperations } from '#lib/shared/operations.ts';
import { operationGroups, operationsIn } from './operation-groups.ts';
import { operationsOf, patternProblem, withOperations, withoutOperations } from './patterns.ts';

describe('the patterns of a role', () => {
  test('an operation that a star names already is not added again', () => {
    expect(withOperations(['container.*'], ['container.stop', 'image.pull'])).toEqual(['container.*', 'image.pull']);
  });

  test('taking one operation away keeps every other that the star named', () => {
    const before = operationsOf(['container.*', '*.list']);
    const patterns = withoutOperations(['container.*', '*.list'], ['container.kill']);
    expect(patterns).toContain('*.list');
    expect(patterns).not.toContain('container.*');
    expect(new Set([...operationsOf(patterns), 'container.kill'])).toEqual(before);
    expect(operationsOf(patterns).has('container.kill')).toBe(false);
  });

  test('a pattern is refused when it names nothing', () => {
    expect(patternProblem('container.*')).toBeUndefined();
    expect(patternProblem('*.list')).toBeUndefined();
    expect(patternProblem('container.fly')).toMatch(/No operation/);
    expect(patternProblem('container')).toMatch(/noun and a verb/);
  });
});

test('each operation stands in exactly one group', () => {
  const shown = operationGroups.flatMap(({ id }) => operationsIn(id).map(({ name }) => name));
  expect([...shown].sort()).toEqual([...engineOperations, ...consoleOperations].sort());
});
