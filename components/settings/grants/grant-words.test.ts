import { describe, expect, test } from 'vitest';
import { builtInRoles } from '#lib/authz/roles.ts';
import { draftOf, emptyGrantForm, type GrantDraft, grantFormSchema } from './grant-draft.ts';
import { sentence } from './grant-words.ts';
import { reachOf } from './reach.ts';

const role = (name: string) => {
  const found = builtInRoles.find((each) => each.name === name);
  return found && { ...found, operations: [...found.operations] };
};
const everywhere = { kind: 'all', value: '' } as const;
const say = (draft: GrantDraft, engine?: string) => sentence('Ann', draft, role(draft.role), engine);

describe('a grant in words', () => {
  test('says who may do what to which objects, where', () => {
    expect(say({ role: 'viewer', scope: everywhere })).toBe(
      'Ann may see all containers, images, networks and volumes on every engine.',
    );
    expect(say({ role: 'operator', scope: { kind: 'tag', value: 'prod' }, resource: { project: 'shop' } })).toBe(
      'Ann may see and run the containers, networks and volumes of project shop on engines tagged prod.',
    );
    expect(
      say(
        { role: 'viewer', scope: { kind: 'engine', value: '1' }, resource: { name: 'web-*', images: ['shop/*'] } },
        'harbour',
      ),
    ).toBe('Ann may see the containers, networks and volumes named web-*, and the images shop/*, on harbour.');
  });

  test('tells the console apart from the engines', () => {
    expect(say({ role: 'auditor', scope: everywhere })).toBe(
      'Ann may read the audit trail and watch recorded terminals.',
    );
    expect(say({ role: 'administrator', scope: everywhere })).toBe(
      'Ann may do everything, the host included, on every engine, and manage this console itself.',
    );
    expect(say({ role: 'auditor', scope: { kind: 'tag', value: 'prod' } })).toBe('Ann may do nothing.');
  });

  test('says until when', () => {
    expect(say({ role: 'viewer', scope: everywhere, expiresAt: new Date('2026-11-27T18:00:00').getTime() })).toMatch(
      /, until Fri 27 Nov 2026, 18:00\.$/,
    );
  });

  test('promises nothing by a role that is not there', () => {
    expect(say({ role: 'ghost', scope: everywhere })).toBe('Ann may do nothing: there is no role ghost.');
  });
});

describe('the form of a grant', () => {
  const some = { ...emptyGrantForm, role: 'viewer', reach: 'some' as const };

  test('a scope that names nothing is refused', () => {
    expect(grantFormSchema.safeParse(some).success).toBe(false);
    expect(grantFormSchema.safeParse({ ...some, project: 'shop' }).success).toBe(true);
  });

  test('several labels and images may be typed with commas, blanks or lines between them', () => {
    const form = { ...some, labels: 'team=a, tier', images: 'shop/*\nredis' };
    expect(draftOf(form, 0).resource).toEqual({ labels: ['team=a', 'tier'], images: ['shop/*', 'redis'] });
  });

  test('everything forgets what was typed into the scope before', () => {
    expect(draftOf({ ...some, project: 'shop', reach: 'everything' }, 0)).not.toHaveProperty('resource');
  });

  test('a preset ends counted from now', () => {
    expect(draftOf({ ...emptyGrantForm, role: 'viewer', expiry: '1d' }, 1000).expiresAt).toBe(86_401_000);
  });
});

describe('what a grant reaches now', () => {
  const engine = (name: string, tags: string[]) =>
    ({ id: name, name, tags, aliases: [], url: '', transport: 'unix', state: 'live' }) as const;
  const engines = [engine('a', ['prod']), engine('b', [])].map((each) => ({ ...each, aliases: [] }));
  const container = (on: string, name: string, labels: Record<string, string>) =>
    ({
      kind: 'container',
      engine: on,
      id: name,
      name,
      labels,
      image: '',
      imageId: '',
      state: 'running',
      status: '',
      createdAt: 0,
      ports: [],
      networks: [],
      mounts: [],
      command: '',
    }) as const;
  const rows = [
    container('a', 'web', { 'com.docker.compose.project': 'shop' }),
    container('a', 'db', {}),
    container('b', 'web2', { 'com.docker.compose.project': 'shop' }),
  ].map((row) => ({ ...row, ports: [], networks: [], mounts: [] }));

  test('counts only objects in scope, on the engines of the grant', () => {
    const reach = reachOf({ scope: { kind: 'tag', value: 'prod' }, resource: { project: 'shop' } }, engines, rows);
    expect(reach.engines).toEqual(['a']);
    expect(reach.counts.container).toBe(1);
    expect(reach.names.container).toEqual(['web']);
    expect(reachOf({ scope: everywhere }, engines, rows).counts.container).toBe(3);
  });
});
