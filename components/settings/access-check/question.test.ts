import { describe, expect, it } from 'vitest';
import { isWhole, kindOf, readQuestion, writeQuestion } from './question.ts';

describe('the address of the access check', () => {
  it.each([
    'user=ann%40example.org&operation=container.start&engine=one&kind=container&object=web',
    'team=t1&operation=container.prune&engine=one',
    'token=t2',
    'audit=0123',
    '',
  ])('reads and writes the same: %s', (query) => {
    expect(writeQuestion(readQuestion(new URLSearchParams(query)))).toBe(query);
  });

  it('is a whole question with a record, or with who, what and where', () => {
    const whole = (query: string) => isWhole(readQuestion(new URLSearchParams(query)));
    expect(
      ['audit=1', 'user=a&operation=console.users', 'user=a&operation=container.start&engine=e'].map(whole),
    ).toEqual([true, true, true]);
    expect(['', 'user=a', 'operation=container.start&engine=e', 'user=a&operation=container.start'].map(whole)).toEqual(
      [false, false, false, false],
    );
  });

  it('knows what an operation is about', () => {
    expect(['exec.create', 'image.pull', 'swarm.init', 'console.users'].map(kindOf)).toEqual([
      'container',
      'image',
      '',
      '',
    ]);
  });
});
