import { describe, expect, it } from 'vitest';
import type { EngineRef, Grant, ResourceScope, ScopeObject } from '#lib/shared/access.ts';
import { authorize, coversEngine, visible } from './authorize.ts';
import { isImagePatternWithin, matchesImage, matchesPattern } from './resource-scope.ts';

const engine: EngineRef = { id: 'e1', name: 'one', tags: ['prod'] };
let made = 0;
const grant = (role: string, resource?: ResourceScope, more: Partial<Grant> = {}): Grant => ({
  id: `g${++made}`,
  subjectKind: 'user',
  subjectId: 'u',
  role,
  scope: { kind: 'all', value: '' },
  ...(resource ? { resource } : {}),
  ...more,
});
const container = (name: string, labels: Record<string, string> = {}): ScopeObject => ({
  kind: 'container',
  names: [name],
  labels,
});
const ofProject = (project: string) => container('web', { 'com.docker.compose.project': project });
const shop = { project: 'shop' };

describe('authorize with a resource scope', () => {
  const may = (grants: Grant[], operation: Parameters<typeof authorize>[1], ...objects: ScopeObject[]) =>
    authorize({ grants }, operation, engine, 0, objects).allow;

  it('reaches the objects of the project, and no other', () => {
    expect(may([grant('operator', shop)], 'container.stop', ofProject('shop'))).toBe(true);
    expect(may([grant('operator', shop)], 'container.stop', ofProject('bank'))).toBe(false);
    expect(may([grant('operator', shop)], 'container.stop', container('shop'))).toBe(false);
  });

  it('needs every part of the scope to hold', () => {
    const grants = [grant('operator', { project: 'shop', labels: ['tier=web', 'team'], name: 'web-*' })];
    const labels = { 'com.docker.compose.project': 'shop', tier: 'web', team: '' };
    expect(may(grants, 'container.stop', container('web-1', labels))).toBe(true);
    expect(may(grants, 'container.stop', container('db-1', labels))).toBe(false);
    expect(may(grants, 'container.stop', container('web-1', { ...labels, tier: 'db' }))).toBe(false);
    const { team: _, ...rest } = labels;
    expect(may(grants, 'container.stop', container('web-1', rest))).toBe(false);
  });

  it('needs every object of a request in scope', () => {
    const net: ScopeObject = { kind: 'network', names: ['n'], labels: { 'com.docker.compose.project': 'bank' } };
    expect(may([grant('developer', shop)], 'network.connect', ofProject('shop'), net)).toBe(false);
    expect(may([grant('developer', shop)], 'network.connect', ofProject('shop'), { ...net, shared: true })).toBe(true);
  });

  it('takes images by repository and never by label', () => {
    const image = (...names: string[]): ScopeObject => ({
      kind: 'image',
      names,
      labels: { 'com.docker.compose.project': 'shop' },
    });
    expect(may([grant('developer', shop)], 'image.inspect', image('shop/web:1'))).toBe(false);
    const grants = [grant('developer', { images: ['shop/*'] })];
    expect(may(grants, 'image.inspect', image('shop/web:1'))).toBe(true);
    expect(may(grants, 'image.inspect', image('evil/shop/web:1'))).toBe(false);
    expect(may(grants, 'image.inspect', image())).toBe(false);
    expect(may(grants, 'container.stop', ofProject('shop'))).toBe(false);
    const both = image('shop/web:1', 'bank/web:1');
    expect(may(grants, 'image.inspect', both)).toBe(true);
    expect(may(grants, 'image.remove', { ...both, everyName: true })).toBe(false);
  });

  it('allows nothing on the whole of an engine, in the console or by an empty scope', () => {
    expect(may([grant('maintainer', shop)], 'container.prune')).toBe(false);
    expect(may([grant('maintainer', shop)], 'image.load')).toBe(false);
    expect(authorize({ grants: [grant('administrator', shop)] }, 'console.users', undefined, 0).allow).toBe(false);
    expect(may([grant('administrator', {})], 'container.stop', ofProject('shop'))).toBe(false);
    expect(
      may([grant('maintainer', { images: ['*'], name: '*' })], 'service.inspect', { kind: 'service', names: ['s'] }),
    ).toBe(false);
  });

  it('tells what is out of every scope apart from what the role does not allow', () => {
    const access = { grants: [grant('viewer', shop)] };
    expect(authorize(access, 'container.stop', engine, 0, [ofProject('shop')]).outOfScope).toBeUndefined();
    const hidden = authorize({ grants: [grant('operator', shop)] }, 'container.stop', engine, 0, [ofProject('bank')]);
    expect(hidden).toMatchObject({ allow: false, outOfScope: { kind: 'container' } });
  });

  it('does not lend the flags of one scope to another', () => {
    const grants = [grant('developer', shop), grant('maintainer', { project: 'lab' })];
    const on = (project: string) => authorize({ grants }, 'container.create', engine, 0, [ofProject(project)]);
    expect(on('shop')).toMatchObject({ allow: true, hostAccess: false, scoped: true });
    expect(on('lab')).toMatchObject({ allow: true, hostAccess: true });
    expect(authorize({ grants }, 'container.create', engine, 0).hostAccess).toBe(false);
    const whole = [grant('developer'), grant('maintainer', shop)];
    expect(authorize({ grants: whole }, 'container.create', engine, 0).hostAccess).toBe(false);
    expect(authorize({ grants: whole }, 'container.create', engine, 0, [ofProject('lab')]).hostAccess).toBe(false);
  });

  it('ends with its time', () => {
    const access = { grants: [grant('operator', shop, { expiresAt: 100 })] };
    expect(authorize(access, 'container.stop', engine, 99, [ofProject('shop')]).allow).toBe(true);
    expect(authorize(access, 'container.stop', engine, 100, [ofProject('shop')]).allow).toBe(false);
    expect(coversEngine(access, engine, 100)).toBe(false);
  });
});

describe('the limits of a token', () => {
  const limits = [grant('operator', shop)];

  it('allow no more than the owner may, and no more than they say', () => {
    const decide = (grants: Grant[], project: string) =>
      authorize({ grants, limits }, 'container.stop', engine, 0, [ofProject(project)]).allow;
    expect(decide([grant('administrator')], 'shop')).toBe(true);
    expect(decide([grant('administrator')], 'bank')).toBe(false);
    expect(decide([grant('viewer')], 'shop')).toBe(false);
    expect(coversEngine({ grants: [grant('administrator')], limits: [] }, engine, 0)).toBe(false);
    // Hidden by the limits, though the owner's own lack would refuse it in other words.
    const lacking = { grants: [grant('viewer')], limits };
    expect(authorize(lacking, 'container.stop', engine, 0, [ofProject('bank')]).outOfScope).toBeDefined();
    expect(authorize(lacking, 'container.stop', engine, 0, [ofProject('shop')]).outOfScope).toBeUndefined();
    const host = authorize({ grants: [grant('administrator')], limits }, 'container.stop', engine, 0, [
      ofProject('shop'),
    ]);
    expect(host).toMatchObject({ hostAccess: false, seeSecrets: false, scoped: true });
  });
});

describe('visible', () => {
  it('is everything for a grant on the engine, and a filter for one in a scope', () => {
    expect(visible({ grants: [grant('viewer')] }, 'container.list', engine, 0)).toBeUndefined();
    const see = visible({ grants: [grant('viewer', shop)] }, 'container.list', engine, 0);
    expect(see?.(ofProject('shop'))).toBe(true);
    expect(see?.(ofProject('bank'))).toBe(false);
    expect(visible({ grants: [] }, 'container.list', engine, 0)?.(ofProject('shop'))).toBe(false);
  });

  it('is cut by the limits of a token', () => {
    const access = { grants: [grant('viewer')], limits: [grant('viewer', shop)] };
    expect(visible(access, 'container.list', engine, 0)?.(ofProject('bank'))).toBe(false);
  });
});

describe('patterns', () => {
  it('let a star stand for any characters and nothing else be special', () => {
    expect(matchesPattern('web-*', 'web-1')).toBe(true);
    expect(matchesPattern('*-web-*', 'a-web-b-web-c')).toBe(true);
    expect(matchesPattern('a*a', 'a')).toBe(false);
    expect(matchesPattern('web.', 'web1')).toBe(false);
    expect(matchesPattern('a*b*c', 'acb')).toBe(false);
  });

  it('take the long names of the hub for the short ones, and a registry for itself', () => {
    expect(matchesImage('redis', 'docker.io/library/redis:7')).toBe(true);
    expect(matchesImage('docker.io/library/redis', 'redis:7')).toBe(true);
    expect(matchesImage('redis', 'registry:5000/redis:7')).toBe(false);
    expect(matchesImage('registry:5000/shop/*', 'registry:5000/shop/web@sha256:00')).toBe(true);
    expect(matchesImage('shop/*', 'docker.io/shop/web')).toBe(true);
    // A repository of its own, which only looks like an official one.
    expect(matchesImage('shop/*', 'library/shop/web')).toBe(false);
  });

  it('with the hub or its library in front name images of these alone, and not everything', () => {
    const names = (pattern: string) =>
      ['redis:7', 'shop/web:1', 'registry:5000/redis', 'localhost/redis', 'reg.example/library/redis'].filter((name) =>
        matchesImage(pattern, name),
      );
    expect(names('library/*')).toEqual(['redis:7']);
    expect(names('docker.io/library/*')).toEqual(['redis:7']);
    expect(names('docker.io/*')).toEqual(['redis:7', 'shop/web:1']);
    expect(names('index.docker.io/shop/*')).toEqual(['shop/web:1']);
    expect(names('docker*')).toEqual([]);
    expect(names('*')).toHaveLength(5);
    const see = visible({ grants: [grant('viewer', { images: ['docker.io/library/*'] })] }, 'image.list', engine, 0);
    expect(see?.({ kind: 'image', names: ['redis:7'] })).toBe(true);
    expect(see?.({ kind: 'image', names: ['registry:5000/redis'] })).toBe(false);
  });

  it('of images are compared soundly: what is narrower names nothing that the wider does not', () => {
    const within: [string, string, boolean][] = [
      ['library/*', '*', true],
      ['*', 'library/*', false],
      ['docker.io/*', 'library/*', false],
      ['library/*', 'docker.io/*', true],
      ['library/re*', 're*', true],
      ['re*', 'library/re*', false],
      ['docker.io/library/re*', 're*', false],
      ['redis', 'docker.io/library/redis', true],
      ['shop/web:1', 'shop/web', true],
      ['shop/web', 'shop/web:1', false],
      ['shop/w*', 'shop/*', true],
    ];
    for (const [given, wider, expected] of within) {
      expect([given, wider, isImagePatternWithin(given, wider)]).toEqual([given, wider, expected]);
    }
  });
});
