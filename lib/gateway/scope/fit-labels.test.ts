import { describe, expect, it } from 'vitest';
import type { ResourceScope } from '#lib/shared/access.ts';
import { fitInto } from './fit-labels.ts';

const project = 'com.docker.compose.project';
const place = (scopes: ResourceScope[], labels: Record<string, string> = {}, name = '') =>
  fitInto(scopes, { kind: 'container', name, labels });

describe('fitInto', () => {
  it('adds what the scope has and the request lacks', () => {
    expect(place([{ project: 'shop' }]).labels).toEqual({ [project]: 'shop' });
    expect(place([{ labels: ['team=a', 'tier'] }], { team: 'a' }).labels).toEqual({ tier: '' });
    expect(place([{ labels: ['tier'] }], { tier: 'any' }).labels).toEqual({});
  });

  it('takes the scope that the request carries, whole, before one that it merely does not contradict', () => {
    const scopes = [{ project: 'shop' }, { labels: ['team=a'] }];
    expect(place(scopes, { team: 'a' })).toMatchObject({ scope: { labels: ['team=a'] }, labels: {} });
    expect(() => place(scopes)).toThrow(/several of your scopes/);
    // Only half of the one, and nothing of the other.
    expect(() => place([{ project: 'shop' }, { labels: ['team=a', 'b=c'] }], { team: 'a' })).toThrow(/several/);
    expect(place([{ project: 'shop' }, { project: 'lab' }], { [project]: 'lab' })).toMatchObject({ labels: {} });
  });

  it('counts equal scopes once', () => {
    expect(place([{ project: 'shop', images: ['a'] }, { project: 'shop' }]).labels).toEqual({ [project]: 'shop' });
  });

  it('refuses a contradiction, a wrong name and a scope of images alone, in words', () => {
    expect(() => place([{ project: 'shop' }], { [project]: 'bank' })).toThrow(/project=bank.*only: project shop/);
    expect(() => place([{ labels: ['a=1'] }], { a: '' })).toThrow(/label a=/);
    expect(() => place([{ name: 'web-*' }], {}, 'db')).toThrow(/name db/);
    expect(() => place([{ name: '*-web' }])).toThrow(/needs a name/);
    expect(() => place([{ images: ['*'] }])).toThrow(/images alone/);
    expect(() => place([])).toThrow(/no container/);
  });

  it('is not led by names of an object’s prototype', () => {
    expect(place([{ labels: ['constructor', '__proto__x=1'] }]).labels).toEqual({ constructor: '', __proto__x: '1' });
  });
});
