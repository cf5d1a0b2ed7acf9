import { describe, expect, it } from 'vitest';
import type { Grant, ResourceScope, Role } from '#lib/shared/access.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { findLack } from './lack.ts';
import { builtInRoleBook } from './roles.ts';

const everywhere = { kind: 'all', value: '' } as const;
const custom = (name: string, operations: Operation[], flags: Partial<Role> = {}): Role => ({
  name,
  description: '',
  operations: new Set(operations),
  hostAccess: false,
  seeSecrets: false,
  ...flags,
});
const helpdesk = custom('helpdesk', ['console.users', 'console.grants']);
const roles = new Map([...builtInRoleBook, ['helpdesk', helpdesk]]);
const role = (name: string) => roles.get(name) ?? custom(name, []);
const grant = (name: string, more: Partial<Grant> = {}): Grant => ({
  id: 'g',
  subjectKind: 'user',
  subjectId: 'u',
  role: name,
  scope: everywhere,
  ...more,
});
const lack = (grants: Grant[], name: string, more: Partial<Grant> = {}, limits?: Grant[]) =>
  findLack({ grants, roles, ...(limits ? { limits } : {}) }, { scope: everywhere, ...more, role: role(name) }, 1000);

describe('nobody gives more than he holds', () => {
  it('lets an administrator give everything', () => {
    for (const name of roles.keys()) expect(lack([grant('administrator')], name)).toBeUndefined();
  });

  it('keeps a helpdesk to what it holds, and lets grants add up', () => {
    expect(lack([grant('helpdesk')], 'administrator')).toBeDefined();
    expect(lack([grant('helpdesk')], 'viewer')).toBe('container.list');
    expect(lack([grant('helpdesk'), grant('operator')], 'viewer')).toBeUndefined();
    expect(lack([grant('helpdesk'), grant('operator')], 'helpdesk')).toBeUndefined();
    expect(lack([], 'no-such-role')).toBeUndefined();
  });

  it('goes by place, time and flags', () => {
    const onOne = { scope: { kind: 'engine', value: 'e1' } } as const;
    expect(lack([grant('developer', onOne)], 'viewer')).toBeDefined();
    expect(lack([grant('developer', onOne)], 'viewer', onOne)).toBeUndefined();
    expect(lack([grant('developer', onOne)], 'viewer', { scope: { kind: 'tag', value: 'e1' } })).toBeDefined();
    expect(lack([grant('developer')], 'viewer', onOne)).toBeUndefined();
    // An administrator for a day must not make himself one for ever.
    expect(lack([grant('administrator', { expiresAt: 2000 })], 'administrator')).toBeDefined();
    expect(lack([grant('administrator', { expiresAt: 2000 })], 'administrator', { expiresAt: 2000 })).toBeUndefined();
    expect(lack([grant('administrator', { expiresAt: 1000 })], 'viewer', { expiresAt: 900 })).toBeDefined();
    const withHost = custom('host', ['container.list'], { hostAccess: true });
    const book = new Map([...roles, ['host', withHost]]);
    expect(
      findLack({ grants: [grant('developer')], roles: book }, { scope: everywhere, role: withHost }, 1000),
    ).toBeDefined();
  });

  it('counts a token by its own grants as well', () => {
    expect(lack([grant('administrator')], 'viewer', {}, [grant('operator')])).toBeUndefined();
    expect(lack([grant('administrator')], 'developer', {}, [grant('operator')])).toBeDefined();
    expect(lack([grant('viewer')], 'developer', {}, [grant('administrator')])).toBeDefined();
  });

  const cases: [string, ResourceScope, ResourceScope | undefined, boolean][] = [
    ['the same project', { project: 'shop' }, { project: 'shop' }, true],
    ['another project', { project: 'shop' }, { project: 'bank' }, false],
    ['no scope at all', { project: 'shop' }, undefined, false],
    ['a narrower name', { name: 'web-*' }, { name: 'web-a-*' }, true],
    ['a wider name', { name: 'web-*' }, { name: 'w*' }, false],
    ['one more part', { project: 'shop' }, { project: 'shop', name: 'web' }, true],
    ['one part less', { project: 'shop', name: 'web' }, { project: 'shop' }, false],
    ['a value of the label', { labels: ['team'] }, { labels: ['team=a'] }, true],
    ['any value of the label', { labels: ['team=a'] }, { labels: ['team'] }, false],
    ['images of the pattern', { images: ['shop/*'] }, { images: ['shop/web:*'] }, true],
    ['a tag of the repository', { images: ['shop/web'] }, { images: ['docker.io/shop/web:1'] }, true],
    ['a pattern that reaches another registry', { images: ['shop'] }, { images: ['shop:5*'] }, false],
    ['images beside objects', { project: 'shop' }, { project: 'shop', images: ['shop/*'] }, false],
    ['objects beside images', { images: ['shop/*'] }, { images: ['shop/*'], project: 'shop' }, false],
  ];
  for (const [title, held, given, within] of cases) {
    it(`${within ? 'gives' : 'does not give'} ${title}`, () => {
      const found = lack([grant('developer', { resource: held })], 'developer', { resource: given });
      expect(found === undefined).toBe(within);
    });
  }
});
