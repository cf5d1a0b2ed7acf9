import { describe, expect, it } from 'vitest';
import { parseDoorUrl } from './door-url.ts';

describe('parseDoorUrl', () => {
  it('splits without decoding: what is encoded is for classify to judge', () => {
    expect(parseDoorUrl('/docker/eng/v1.41/containers/a%2fb/json?size=1&x=%26')).toEqual({
      engine: 'eng',
      rawPath: '/v1.41/containers/a%2fb/json',
      rawQuery: 'size=1&x=%26',
    });
    expect(parseDoorUrl('/docker/eng//_ping?a?b')).toEqual({ engine: 'eng', rawPath: '//_ping', rawQuery: 'a?b' });
  });

  it.each(['/docker', '/docker/', '/docker/eng', '/docker/e%6eg/_ping', '/docker/../eng/_ping', '/docker//_ping'])(
    'does not find an engine in %s',
    (url) => {
      expect(() => parseDoorUrl(url)).toThrow(expect.objectContaining({ code: 'not-found' }));
    },
  );

  it('refuses the absolute form, which names a host of the client', () => {
    expect(() => parseDoorUrl('http://evil/docker/eng/_ping')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});
