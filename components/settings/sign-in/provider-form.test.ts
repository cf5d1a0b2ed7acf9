import { expect, it } from 'vitest';
import { bodyOf, formOf, type Provider, providerFormSchema } from './provider-form.ts';

const provider: Provider = {
  id: 'acme',
  kind: 'oidc',
  name: 'Acme',
  url: 'https://id.example.org',
  clientId: 'pilothouse',
  enabled: true,
  createdAt: 1,
  scopes: ['groups'],
  groupClaim: 'groups',
  admit: 'mapped',
  emailDomains: ['example.org'],
  trustEmail: false,
  linkByEmail: false,
  trustSecondFactor: true,
  groups: [{ group: 'ops', teamId: 't1' }],
};

it('gives back what it got, without the secret that it never had and the id that stays', () => {
  const { id: _id, kind: _kind, createdAt: _at, ...rest } = provider;
  expect(bodyOf(formOf(provider))).toEqual(rest);
});

it('wants a secret and an address of a new one, and takes lists as people write them', () => {
  const empty = formOf(undefined);
  const issues = providerFormSchema.safeParse({ ...empty, id: 'acme', name: 'Acme', clientId: 'x' }).error?.issues;
  expect(issues?.map(({ path }) => path[0]).sort()).toEqual(['clientSecret', 'url']);
  const body = bodyOf({ ...empty, id: 'acme', scopes: 'groups, roles', emailDomains: '@example.org example.com' });
  expect(body).toMatchObject({ id: 'acme', scopes: ['groups', 'roles'], emailDomains: ['example.org', 'example.com'] });
});

it('takes no id that the console itself answers to', () => {
  for (const id of ['credentials', 'passkey', 'Acme', 'a b', '']) {
    expect(providerFormSchema.safeParse({ ...formOf(provider), id }).success, id).toBe(false);
  }
});
