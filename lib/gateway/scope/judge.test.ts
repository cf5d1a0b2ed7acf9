import { describe, expect, it } from 'vitest';
import type { Decision } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { createJudge, needsObjects } from './judge.ts';
import { outOfScopeOf } from './misses.ts';

const allowed: Decision = { allow: true, reason: '', hostAccess: false, seeSecrets: false };
const hidden: Decision = {
  ...allowed,
  allow: false,
  reason: 'out of scope',
  outOfScope: { kind: 'container', names: [] },
};
const asked = { kind: 'container', name: 'web' };
const told = { kind: 'container', names: ['web'], labels: {}, isShared: false };

async function refusalOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused.');
}

describe('createJudge', () => {
  it('answers what is hidden exactly as what is missing, malformed or ambiguous', async () => {
    const judge = createJudge('container.inspect', () => hidden);
    const found = await refusalOf(() => judge.judge(told, asked));
    expect(found).toMatchObject({ code: 'not-found', message: 'No such container: web' });
    expect(outOfScopeOf(found)).toMatchObject({ reason: 'out of scope' });
    for (const engines of [
      appError('not-found', 'no container with name or ID "web" found'),
      appError('bad-request', 'Multiple IDs found with provided prefix: web'),
      appError('internal', 'Multiple IDs found with provided prefix: web'),
      appError('conflict', 'network web is ambiguous (2 matches found on name)'),
    ]) {
      const missed = await refusalOf(() => judge.lookUp(asked, () => Promise.reject(engines)));
      expect(missed).toMatchObject({ code: 'not-found', message: 'No such container: web' });
      expect(outOfScopeOf(missed)).toBeUndefined();
    }
    const nothing = await refusalOf(() => judge.lookUp(asked, async () => undefined));
    expect(nothing).toMatchObject({ message: 'No such container: web' });
  });

  it('lets an engine that fails fail: it says nothing of the object', async () => {
    const judge = createJudge('container.inspect', () => allowed);
    for (const code of ['engine-timeout', 'engine-unreachable', 'internal'] as const) {
      const error = appError(code, 'it broke');
      expect(await refusalOf(() => judge.lookUp(asked, () => Promise.reject(error)))).toBe(error);
    }
  });

  it('counts what is shared only where it is read or used', async () => {
    const judge = createJudge('network.inspect', () => allowed);
    judge.judge({ ...told, kind: 'network', isShared: true }, { ...asked, kind: 'network' });
    judge.judge({ ...told, isShared: true }, asked);
    judge.judge({ ...told, isShared: true }, { ...asked, uses: true });
    expect(judge.objects.map(({ shared }) => shared)).toEqual([true, undefined, true]);
    const removal = createJudge('network.remove', () => hidden);
    const refused = await refusalOf(() => removal.judge({ ...told, kind: 'network', isShared: true }, asked));
    expect(refused).toMatchObject({ code: 'forbidden', message: expect.stringContaining('shared') });
  });

  it('looks at no object for a grant on the whole of the engine', () => {
    expect(needsObjects(allowed)).toBe(false);
    expect([needsObjects({ ...allowed, scoped: true }), needsObjects({ ...allowed, varies: true })]).toEqual([
      true,
      true,
    ]);
    expect(needsObjects({ ...allowed, allow: false })).toBe(true);
  });
});
