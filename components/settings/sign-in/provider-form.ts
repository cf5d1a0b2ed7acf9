import { z } from 'zod';
import { type ProviderKind, providerIdPattern, providerKinds, reservedProviderIds } from '#lib/shared/sign-in.ts';

export const providersPath = '/api/sign-in/providers';

export const providerSchema = z.object({
  id: z.string(),
  kind: z.enum(providerKinds),
  name: z.string(),
  url: z.string(),
  clientId: z.string(),
  enabled: z.boolean(),
  createdAt: z.number(),
  scopes: z.array(z.string()),
  groupClaim: z.string(),
  admit: z.enum(['anyone', 'mapped', 'known']),
  emailDomains: z.array(z.string()),
  trustEmail: z.boolean(),
  linkByEmail: z.boolean(),
  trustSecondFactor: z.boolean(),
  groups: z.array(z.object({ group: z.string(), teamId: z.string() })),
});
export type Provider = z.infer<typeof providerSchema>;

export const kindLabels: Record<ProviderKind, string> = { oidc: 'OpenID Connect', google: 'Google', github: 'GitHub' };

/** A provider as fields of one form; lists are lines of text. */
export const providerFormSchema = z
  .object({
    isNew: z.boolean(),
    kind: z.enum(providerKinds),
    id: z
      .string()
      .regex(providerIdPattern, 'Up to 31 lower-case letters, digits and hyphens.')
      .refine((id) => !reservedProviderIds.includes(id), 'The console itself uses this one.'),
    name: z.string().trim().min(1, 'What the button says after “Continue with”.').max(60, 'At most 60 characters.'),
    url: z.string().trim(),
    clientId: z
      .string()
      .trim()
      .min(1, 'The provider gives one to each application.')
      .max(200, 'At most 200 characters.'),
    clientSecret: z.string().trim().max(200, 'At most 200 characters.'),
    enabled: z.boolean(),
    scopes: z.string(),
    groupClaim: z.string().trim(),
    admit: z.enum(['anyone', 'mapped', 'known']),
    emailDomains: z.string(),
    trustEmail: z.boolean(),
    linkByEmail: z.boolean(),
    trustSecondFactor: z.boolean(),
    groups: z.array(
      z.object({
        group: z.string().trim().min(1, 'The name of the group.'),
        teamId: z.string().min(1, 'Choose a team.'),
      }),
    ),
  })
  .superRefine((form, ctx) => {
    if (form.kind === 'oidc' && form.url === '')
      ctx.addIssue({ code: 'custom', path: ['url'], message: 'The address of the provider.' });
    if (form.isNew && form.clientSecret === '')
      ctx.addIssue({ code: 'custom', path: ['clientSecret'], message: 'The provider gives one to each application.' });
  });
export type ProviderForm = z.infer<typeof providerFormSchema>;

export function formOf(provider: Provider | undefined): ProviderForm {
  if (!provider)
    return {
      isNew: true,
      kind: 'oidc',
      id: '',
      name: '',
      url: '',
      clientId: '',
      clientSecret: '',
      enabled: true,
      scopes: '',
      groupClaim: 'groups',
      admit: 'anyone',
      emailDomains: '',
      trustEmail: false,
      linkByEmail: false,
      trustSecondFactor: false,
      groups: [],
    };
  const { createdAt: _, ...rest } = provider;
  return {
    ...rest,
    isNew: false,
    clientSecret: '',
    scopes: provider.scopes.join(' '),
    emailDomains: provider.emailDomains.join(' '),
  };
}

/** What POST /api/sign-in/providers takes, or PATCH of one that is there. */
export function bodyOf(form: ProviderForm): Record<string, unknown> {
  const { isNew, id, kind, clientSecret, scopes, emailDomains, ...rest } = form;
  return {
    ...rest,
    ...(isNew ? { id, kind } : {}),
    ...(clientSecret === '' ? {} : { clientSecret }),
    scopes: wordsOf(scopes),
    emailDomains: wordsOf(emailDomains).map((domain) => domain.replace(/^@/, '')),
  };
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
