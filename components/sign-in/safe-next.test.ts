import { expect, it } from 'vitest';
import { safeNext } from './safe-next.ts';

it('keeps paths of the console', () => {
  for (const path of ['/', '/containers?engine=a&q=web', '/engines/a/containers/b/logs'])
    expect(safeNext(path)).toBe(path);
});

it('never leads to another site, to the API or in a circle', () => {
  for (const bad of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
    '/a\\b',
    '/sign-in?next=/',
    '/api/auth/signout',
    undefined,
    ['/a'],
  ])
    expect(safeNext(bad)).toBe('/');
});
