import { expect, it } from 'vitest';
import { matchesImage } from '#lib/authz/resource-scope.ts';
import type { ScopeObject } from '#lib/shared/access.ts';
import { rewriteJson } from '../rewrite-json.ts';
import { filterReply } from './filter-reply.ts';
import { imageNames, type View } from './filter-rows.ts';

const view: View = {
  look: ({ names }: ScopeObject) => (names.some((name) => matchesImage('shop/*', name)) ? 'plain' : 'hidden'),
  ask: {
    engines: { request: () => Promise.reject(new Error('no engine')), apiVersion: () => undefined },
    ...{ engineId: 'e', signal: new AbortController().signal, timeoutMs: 0 },
  },
};

it('an image keeps the names in sight, and tells of no container that uses it', () => {
  const row = {
    Id: 'sha256:00',
    RepoTags: ['shop/web:1', 'bank/web:1'],
    RepoDigests: ['bank/web@sha256:00'],
    Containers: 7,
    Manifests: [{ ID: 'm', ImageData: { Containers: ['another'], Size: { Unpacked: 1 } } }],
  };
  const out = rewriteJson(Buffer.from(JSON.stringify(row)), imageNames(view, 0, ['RepoTags', 'RepoDigests']));
  expect(JSON.parse(out.toString())).toEqual({
    Id: 'sha256:00',
    RepoTags: ['shop/web:1'],
    RepoDigests: [],
    Containers: -1,
    Manifests: [{ ID: 'm', ImageData: { Containers: [], Size: { Unpacked: 1 } } }],
  });
});

it('a reply that is no list shows nothing', async () => {
  for (const body of ['{"Id":"x","Names":["/a"]}', '{"message":"x"}']) {
    const out = await filterReply('container.list', Buffer.from(body), view).catch(() => Buffer.from('{}'));
    expect([body, ['{}', 'null'].includes(out.toString())]).toEqual([body, true]);
  }
});
