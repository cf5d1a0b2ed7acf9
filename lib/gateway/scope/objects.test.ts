import { describe, expect, it } from 'vitest';
import { imageAskedFor, isAnonymousVolume, listedContainerObject, networkObject, withTag } from './objects.ts';
import { redactIds } from './redact.ts';

const image = { RepoTags: ['shop/web:1', 'bank/web:1'], RepoDigests: ['shop/web@sha256:00', '<none>@<none>'] };

describe('what the engine tells, as grants look at it', () => {
  it('takes a container’s own name, not one that a link of another container gave it', () => {
    const row = { Id: 'x', Names: ['/mine/shop-db', '/bank-db'], Labels: null };
    expect(listedContainerObject(row)).toMatchObject({ names: ['bank-db'], labels: {}, isShared: false });
  });

  it('takes an image by the one name that it was asked by, and by an id all of them', () => {
    expect(imageAskedFor(image, 'docker.io/shop/web:1').names).toEqual(['shop/web:1']);
    expect(imageAskedFor(image, 'bank/web:1').names).toEqual(['bank/web:1']);
    expect(imageAskedFor(image, 'shop/web@sha256:00').names).toEqual(['shop/web@sha256:00']);
    expect(imageAskedFor(image, '0123456789ab').names).toEqual(['shop/web:1', 'bank/web:1', 'shop/web@sha256:00']);
  });

  it('implies the tag that the engine implies', () => {
    expect(withTag('docker.io/library/redis')).toBe('redis:latest');
    expect(withTag('registry:5000/redis')).toBe('registry:5000/redis:latest');
    expect(withTag('redis@sha256:00')).toBe('redis@sha256:00');
  });

  it('shares what is labelled so with true and nothing else, and Docker’s own networks', () => {
    const shared = (Name: string, value?: string) =>
      networkObject({ Name, Labels: value === undefined ? {} : { 'io.pilothouse.shared': value } }).isShared;
    expect([shared('x', 'true'), shared('bridge'), shared('none')]).toEqual([true, true, true]);
    expect([shared('x'), shared('x', 'false'), shared('x', '1'), shared('host')]).toEqual([false, false, false, false]);
  });

  it('calls a volume anonymous only while nobody named or labelled it', () => {
    const volume = (name: string, labels: Record<string, string>) => ({ kind: 'volume', names: [name], labels });
    const hex = 'a'.repeat(64);
    expect(isAnonymousVolume(volume(hex, {}))).toBe(true);
    expect(isAnonymousVolume(volume(hex, { 'com.docker.volume.anonymous': '' }))).toBe(true);
    expect(isAnonymousVolume(volume(hex, { a: 'b' }))).toBe(false);
    expect(isAnonymousVolume(volume('data', { 'com.docker.volume.anonymous': '' }))).toBe(false);
  });
});

describe('redactIds', () => {
  it('takes other containers out of the engine’s words and leaves the request’s own', () => {
    const [own, other] = ['a'.repeat(64), 'b'.repeat(64)];
    const targets = [{ kind: 'container', id: own, name: 'mine' }];
    expect(redactIds(`volume is in use - [${other}, ${own}]`, targets)).toBe(`volume is in use - […, ${own}]`);
    expect(redactIds('has active endpoints (name:"db" id:"0a1b2c3d4e5f")', targets)).not.toMatch(/db|0a1b/);
  });
});
