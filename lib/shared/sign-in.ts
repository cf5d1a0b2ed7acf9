/** How people sign in, as pages and the console's API tell each other. */

export const factorKinds = ['totp', 'passkey'] as const;
export type FactorKind = (typeof factorKinds)[number];

/** How the second factor of a session was given; `provider`: at the identity provider, which is trusted with it. */
export type SecondFactorUsed = FactorKind | 'recovery' | 'provider';

export interface FactorShown {
  id: string;
  kind: FactorKind;
  name: string;
  createdAt: number;
  lastUsedAt?: number;
}

/** Who may sign in by what the console itself checks. */
export interface SignInPolicy {
  /** `listed`: only the break-glass administrators; everybody else comes by an identity provider. */
  passwords: 'everyone' | 'listed';
  /** User ids. */
  breakGlass: string[];
}

export const providerKinds = ['oidc', 'google', 'github'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** What an administrator decides about an identity provider beside its address and credentials. */
export interface ProviderOptions {
  /** Scopes asked for beside `openid email profile`. */
  scopes: string[];
  /** The claim that lists a person's groups; '' for none. GitHub's groups are organisations and `org/team`. */
  groupClaim: string;
  /** Whom to make a user of: anyone the provider knows, members of a mapped group, or nobody who is not one yet. */
  admit: 'anyone' | 'mapped' | 'known';
  /** Only people with an e-mail of these domains; empty: any. */
  emailDomains: string[];
  /** Take e-mails for verified that the provider does not say are: for a company's own directory alone. */
  trustEmail: boolean;
  /** Whoever brings the verified e-mail of a user gets that user's account. */
  linkByEmail: boolean;
  /** Whether the provider's own second factor counts as ours. */
  trustSecondFactor: boolean;
}

export interface ProviderShown extends ProviderOptions {
  id: string;
  kind: ProviderKind;
  name: string;
  /** The issuer; GitHub's address. */
  url: string;
  clientId: string;
  enabled: boolean;
  createdAt: number;
  /** Which group makes a member of which team. */
  groups: { group: string; teamId: string }[];
}

/** The ids of providers: they stand in the callback URL. These are next-auth's own words or ours. */
export const providerIdPattern = /^[a-z0-9][a-z0-9-]{0,30}$/;
export const reservedProviderIds: readonly string[] = ['credentials', 'second-factor', 'passkey', 'email'];

/** How a sign-in may be finished after the first step. */
export interface SecondStep {
  totp: boolean;
  passkey: boolean;
}
