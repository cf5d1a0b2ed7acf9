import { describe, expect, it } from 'vitest';
import type { EngineRef, Grant, Role } from '#lib/shared/access.ts';
import { authorize, coversEngine } from './authorize.ts';
import { capabilities } from './capabilities.ts';
import { builtInRoleBook, expandPatterns } from './roles.ts';

const prod: EngineRef = { id: 'e1', name: 'one', tags: ['prod', 'eu'] };
const test: EngineRef = { id: 'e2', name: 'two', tags: [] };
let made = 0;
const grant = (role: string, kind: Grant['scope']['kind'] = 'all', value = '', more: Partial<Grant> = {}): Grant => ({
  id: `g${++made}`,
  subjectKind: 'user',
  subjectId: 'u',
  role,
  scope: { kind, value },
  ...more,
});

describe('authorize', () => {
  it('adds grants up, each in its own scope', () => {
    const grants = [grant('viewer'), grant('developer', 'tag', 'eu')];
    expect(authorize({ grants }, 'exec.create', prod, 0).allow).toBe(true);
    expect(authorize({ grants }, 'exec.create', test, 0).allow).toBe(false);
    expect(authorize({ grants }, 'container.list', test, 0).allow).toBe(true);
  });

  it('does not lend host access or secrets from a grant elsewhere', () => {
    const grants = [grant('developer'), grant('maintainer', 'engine', 'e1')];
    expect(authorize({ grants }, 'container.create', prod, 0)).toMatchObject({ hostAccess: true, seeSecrets: true });
    expect(authorize({ grants }, 'container.create', test, 0)).toMatchObject({ hostAccess: false, seeSecrets: true });
  });

  it('does not lend host access from a role that can not do the operation itself', () => {
    const odd: Role = {
      name: 'host-stopper',
      description: '',
      operations: new Set(['container.stop']),
      hostAccess: true,
      seeSecrets: true,
    };
    const roles = new Map([...builtInRoleBook, [odd.name, odd]]);
    const grants = [grant('developer'), grant('host-stopper')];
    expect(authorize({ grants, roles }, 'container.create', prod, 0)).toMatchObject({ allow: true, hostAccess: false });
  });

  it('lets nobody into the console by an administrator grant on one engine or tag', () => {
    const grants = [grant('administrator', 'engine', 'e1'), grant('administrator', 'tag', 'prod')];
    expect(authorize({ grants }, 'console.users', undefined, 0).allow).toBe(false);
    expect(authorize({ grants }, 'console.users', prod, 0).allow).toBe(false);
    expect(authorize({ grants }, 'system.df', prod, 0).allow).toBe(true);
  });

  it('denies engine operations without an engine unless the grant holds everywhere', () => {
    expect(authorize({ grants: [grant('maintainer', 'engine', 'e1')] }, 'container.list', undefined, 0).allow).toBe(
      false,
    );
  });

  it('allows nothing by a role or a scope that it does not know', () => {
    const rows = [grant('superuser'), { ...grant('administrator'), scope: JSON.parse('{"kind":"team","value":""}') }];
    expect(authorize({ grants: rows }, 'container.list', prod, 0).allow).toBe(false);
    expect(coversEngine({ grants: rows }, prod, 0)).toBe(false);
  });

  it('tells an engine from a tag of the same name', () => {
    expect(authorize({ grants: [grant('viewer', 'tag', 'e1')] }, 'container.list', prod, 0).allow).toBe(false);
    expect(authorize({ grants: [grant('viewer', 'engine', 'prod')] }, 'container.list', prod, 0).allow).toBe(false);
  });

  it('says why, in words for people', () => {
    expect(authorize({ grants: [] }, 'exec.create', prod, 0).reason).toBe('there is no grant on the engine one');
    expect(authorize({ grants: [grant('viewer')] }, 'exec.create', prod, 0).reason).toBe(
      'exec.create is not among what the role viewer may do on the engine one',
    );
    expect(authorize({ grants: [grant('viewer', 'all', '', { expiresAt: 5 })] }, 'exec.create', prod, 5).reason).toBe(
      'the grant on the engine one has expired',
    );
    expect(authorize({ grants: [grant('viewer')] }, 'console.users', undefined, 0).reason).toContain('in the console');
    const strongest = grant('developer', 'tag', 'prod');
    expect(authorize({ grants: [grant('viewer'), strongest] }, 'container.list', prod, 0)).toMatchObject({
      reason: 'allowed by the role developer on the tag prod',
      grantId: strongest.id,
    });
  });
});

describe('coversEngine', () => {
  it('is true only where some live grant reaches the engine with an engine operation', () => {
    expect(coversEngine({ grants: [grant('viewer', 'tag', 'eu')] }, prod, 0)).toBe(true);
    expect(coversEngine({ grants: [grant('viewer', 'tag', 'eu')] }, test, 0)).toBe(false);
    expect(coversEngine({ grants: [grant('auditor')] }, prod, 0)).toBe(false);
    expect(coversEngine({ grants: [grant('viewer', 'all', '', { expiresAt: 5 })] }, prod, 5)).toBe(false);
  });
});

describe('capabilities', () => {
  it('lists only engines with a grant, by name, and the console apart', () => {
    const result = capabilities({ grants: [grant('operator', 'engine', 'e1'), grant('auditor')] }, [prod, test], 0);
    expect(Object.keys(result.engines)).toEqual(['one']);
    expect(result.engines.one?.operations).toContain('container.stop');
    expect(result.engines.one?.operations).not.toContain('exec.create');
    expect(result.engines.one).toMatchObject({ hostAccess: false, seeSecrets: false });
    expect(result.console).toEqual(['console.audit', 'console.recordings']);
  });

  it('says in which scopes something new will be, unless it may be anywhere', () => {
    const shop = grant('developer', 'engine', 'e1', { resource: { project: 'shop', images: ['shop/*'] } });
    const lab = grant('developer', 'engine', 'e1', { resource: { name: 'lab-*' } });
    const of = (...grants: Grant[]) => capabilities({ grants }, [prod], 0).engines.one;
    expect(of(shop)).toMatchObject({ scoped: true, createsIn: ['project shop'] });
    expect([...(of(shop, lab)?.createsIn ?? [])].sort()).toEqual(['name lab-*', 'project shop']);
    expect(of(grant('operator', 'engine', 'e1', { resource: { project: 'shop' } }))).not.toHaveProperty('createsIn');
    expect(of(shop, grant('developer', 'engine', 'e1'))).not.toHaveProperty('createsIn');
  });
});

describe('expandPatterns', () => {
  it('names operations by noun and verb', () => {
    const { operations, unknown } = expandPatterns(['exec.*', '*.list', 'image.pull']);
    expect(unknown).toEqual([]);
    expect(operations).toContain('exec.start');
    expect(operations).toContain('volume.list');
    expect(operations).toContain('image.pull');
    expect(operations).not.toContain('image.push');
  });

  it('keeps the console out of a star, and reports what names nothing', () => {
    expect([...expandPatterns(['*.*']).operations].some((name) => name.startsWith('console.'))).toBe(false);
    expect([...expandPatterns(['console.*']).operations]).toContain('console.users');
    expect(expandPatterns(['container', 'x.y', 'container.list.x', '', 'container.st*']).unknown).toHaveLength(5);
  });
});
