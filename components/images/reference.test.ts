import { expect, it } from 'vitest';
import { checkReference, imagePath, splitReference } from './reference.ts';

it('tells a tag from the port of a registry', () => {
  expect(splitReference('registry.example:5000/team/app')).toEqual({ name: 'registry.example:5000/team/app' });
  expect(splitReference('registry.example:5000/team/app:1.2')).toMatchObject({
    name: 'registry.example:5000/team/app',
    tag: '1.2',
  });
  expect(splitReference('nginx:1')).toMatchObject({ name: 'nginx', tag: '1' });
  expect(splitReference('nginx@sha256:ab')).toMatchObject({ name: 'nginx', digest: 'sha256:ab' });
});

it('takes what docker takes for a reference and says what is wrong with the rest', () => {
  for (const good of ['nginx', 'nginx:1.27', 'library/nginx', 'localhost:5000/a/b:c', `x@sha256:${'a'.repeat(64)}`])
    expect(checkReference(good)).toBeUndefined();
  for (const bad of ['', 'a b', 'nginx:', '-x', 'a//b', '../etc', 'a?b=c', 'a#b'])
    expect(checkReference(bad)).toBeTruthy();
});

it('keeps slashes and encodes the rest', () => {
  expect(imagePath('localhost:5000/a/b:c')).toBe('localhost%3A5000/a/b%3Ac');
});
