import { describe, expect, it } from 'vitest';
import type { PolicyRules } from '#lib/shared/policy.ts';
import { describeRules, draftOf, rulesOf } from './rules-draft.ts';

describe('the form of a policy', () => {
  it.each<PolicyRules>([
    {},
    { refuse: ['plugin', 'privileged'] },
    { hostPaths: [], devices: ['/dev/fuse', 'gpu'], namespaces: ['pid'] },
    { images: { digest: true } },
    { images: { allowed: ['a/*', 'b'], fromRegistries: true } },
    { ports: { ranges: ['8000-8999'], random: true } },
    { memory: {}, cpus: {} },
    { memory: { maxBytes: 512 * 2 ** 20 }, cpus: { max: 1.5 }, labels: ['team', 'tier=a'] },
  ])('gives back the rules that it was made of: %j', (rules) => {
    expect(rulesOf(draftOf(rules))).toEqual({ rules });
  });

  it('takes one entry a line, and sizes as docker run does', () => {
    const draft = draftOf({ memory: {}, capabilities: [] });
    const typed = {
      ...draft,
      lists: { ...draft.lists, capabilities: { on: true, text: ' SYS_PTRACE \n\nSYS_PTRACE\nNET_ADMIN' } },
      memory: { on: true, max: '2g' },
    };
    expect(rulesOf(typed)).toEqual({
      rules: { capabilities: ['NET_ADMIN', 'SYS_PTRACE'], memory: { maxBytes: 2 ** 31 } },
    });
  });

  it('says what is wrong, by the name of its field', () => {
    const draft = draftOf({ hostPaths: [] });
    const wrong = { ...draft, lists: { ...draft.lists, hostPaths: { on: true, text: 'srv' } } };
    expect(rulesOf(wrong)).toEqual({ problem: expect.stringMatching(/^Host paths: .*starts with/) });
    expect(rulesOf({ ...draft, memory: { on: true, max: 'much' } })).toHaveProperty('problem');
    expect(rulesOf({ ...draft, cpus: { on: true, max: 'two' } })).toHaveProperty('problem');
  });

  it('is described in a few words', () => {
    expect(describeRules({ refuse: ['privileged'], hostPaths: [], memory: { maxBytes: 2 ** 30 } })).toEqual([
      'no privileged containers',
      'no host paths',
      'memory limit to 1g',
    ]);
  });
});
