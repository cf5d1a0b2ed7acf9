import { describe, expect, it } from 'vitest';
import type { EngineRef, Grant, ResourceScope, ScopeObject } from '#lib/shared/access.ts';
import { consoleOperations, engineOperations, type Operation } from '#lib/shared/operations.ts';
import { authorize } from './authorize.ts';
import { explain } from './explain.ts';
import { builtInRoleBook } from './roles.ts';

const engine: EngineRef = { id: 'e1', name: 'harbour', tags: ['prod'] };
const web: ScopeObject = {
  kind: 'container',
  names: ['web'],
  labels: { 'com.docker.compose.project': 'shop', team: 'a' },
};

function grant(role: string, more: Partial<Grant> = {}): Grant {
  return { id: role, subjectKind: 'user', subjectId: 'u', role, scope: { kind: 'all', value: '' }, ...more };
}

function lacks(given: Grant, operation: Operation, object?: ScopeObject) {
  return explain({ grants: [given] }, { operation, engine, object, nowMs: 1000 }).verdicts[0]?.lacks;
}
const scoped = (resource: ResourceScope) => grant('developer', { resource });

describe('what a grant lacks', () => {
  it.each<[string, Grant, Operation, ScopeObject | undefined, string[]]>([
    ['nothing', grant('operator'), 'container.start', web, []],
    ['the operation', grant('viewer'), 'container.start', web, ['the role viewer does not have container.start']],
    ['time', grant('operator', { expiresAt: 1000 }), 'container.start', web, ['it has expired']],
    ['its role', grant('gone'), 'container.start', web, ['the role gone is not there any more']],
    [
      'the engine',
      grant('operator', { scope: { kind: 'engine', value: 'e2' } }),
      'container.start',
      web,
      ['it is on another engine'],
    ],
    [
      'the tag',
      grant('operator', { scope: { kind: 'tag', value: 'dev' } }),
      'container.start',
      web,
      ['the engine harbour does not have the tag dev'],
    ],
    ['a label', scoped({ labels: ['tier'] }), 'container.start', web, ['the label tier is missing']],
    ["a label's value", scoped({ labels: ['team=b'] }), 'container.start', web, ['its label team is a, not b']],
    ['the project', scoped({ project: 'blog' }), 'container.start', web, ['it is of the project shop, not blog']],
    ['the name', scoped({ name: 'db-*' }), 'container.start', web, ['the name web does not match db-*']],
    ['containers', scoped({ images: ['shop/*'] }), 'container.start', web, ['it reaches images alone']],
    ['images', scoped({ project: 'shop' }), 'image.remove', { kind: 'image', names: ['a:1'] }, ['it reaches no image']],
    [
      'the repository',
      scoped({ images: ['shop/*'] }),
      'image.remove',
      { kind: 'image', names: ['a:1'] },
      ['a:1 does not match shop/*'],
    ],
    [
      'the whole engine',
      grant('maintainer', { resource: { project: 'shop' } }),
      'container.prune',
      undefined,
      ['container.prune works on the whole of an engine, and it reaches only project shop'],
    ],
    [
      'the console',
      grant('administrator', { scope: { kind: 'engine', value: 'e1' } }),
      'console.users',
      undefined,
      ['the console itself takes a grant everywhere'],
    ],
  ])('%s', (_words, given, operation, object, expected) => {
    expect(lacks(given, operation, object)).toEqual(expected);
  });

  it('is told of every part at once', () => {
    const given = grant('viewer', {
      scope: { kind: 'tag', value: 'dev' },
      resource: { project: 'blog' },
      expiresAt: 5,
    });
    expect(lacks(given, 'container.start', web)).toHaveLength(4);
  });
});

describe('an explanation', () => {
  it('is the decision of the door, and names the grants that make it, for every operation', () => {
    const scopes = [{}, { resource: { project: 'shop' } }, { resource: { labels: ['team=b'] } }, { expiresAt: 5 }];
    const grants = [...builtInRoleBook.keys(), 'gone'].flatMap((role) => scopes.map((more) => grant(role, more)));
    const wrong: string[] = [];
    for (const operation of [...engineOperations, ...consoleOperations]) {
      for (const object of [undefined, web]) {
        for (const given of grants) {
          const access = { grants: [given] };
          const { decision, verdicts } = explain(access, { operation, engine, object, nowMs: 1000 });
          const { allow, reason } = authorize(access, operation, engine, 1000, object ? [object] : []);
          const [verdict] = verdicts;
          const isSame = decision.allow === allow && decision.reason === reason && verdict?.allows === allow;
          if (!isSame || (verdict?.lacks.length === 0) !== allow) wrong.push(`${operation} ${JSON.stringify(given)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("keeps a token's own grants apart: both must allow", () => {
    const access = { grants: [grant('administrator')], limits: [grant('viewer', { subjectKind: 'token' as const })] };
    const { decision, verdicts } = explain(access, { operation: 'container.start', engine, object: web, nowMs: 1000 });
    expect(decision).toMatchObject({ allow: false, reason: expect.stringContaining("the token's own grants") });
    expect(verdicts.map(({ list, allows }) => [list, allows])).toEqual([
      ['grant', true],
      ['limit', false],
    ]);
  });
});
