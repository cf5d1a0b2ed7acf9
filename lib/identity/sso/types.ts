import type { ProviderOptions, ProviderShown } from '#lib/shared/sign-in.ts';
import type { User } from '../types.ts';

/** Where a provider's parts are, as its discovery document tells. */
export interface SsoEndpoints {
  issuer: string;
  authorization: string;
  token: string;
  userinfo?: string;
  /** Its signing keys; GitHub has none, since it signs nothing. */
  jwks?: string;
  /** What it signs ID tokens with: one asymmetric algorithm, never `none`. */
  signedBy: string;
  tokenAuth: 'client_secret_basic' | 'client_secret_post';
}

/** A provider ready for a sign-in. Its secret goes to the token endpoint and nowhere else. */
export interface OpenProvider extends ProviderShown {
  clientSecret: string;
  endpoints: SsoEndpoints;
}

/** Whom a provider vouches for, with everything checked that the protocol checks. */
export interface SsoClaims {
  providerId: string;
  issuer: string;
  subject: string;
  email?: string;
  emailVerified: boolean;
  name?: string;
  groups: string[];
  /** The `state` of the answer: each counts once, whatever the provider does about its codes. */
  state: string;
}

export const ssoRefusals = [
  'sso-disabled',
  'sso-no-email',
  'sso-unverified',
  'sso-domain',
  'sso-taken',
  'sso-not-admitted',
  'sso-connected',
  'sso-replayed',
] as const;

/** Why somebody whom the provider knows does not come in; the sign-in page has the sentence for each. */
export type SsoRefusal = (typeof ssoRefusals)[number];

export type SsoAdmission = { user: User; created: boolean } | { refusal: SsoRefusal };

/** `options`: what is not given has its safe default. */
export interface ProviderInput extends Partial<ProviderOptions> {
  id: string;
  kind: ProviderShown['kind'];
  name: string;
  url: string;
  clientId: string;
  clientSecret: string;
  enabled: boolean;
  groups?: { group: string; teamId: string }[];
}

/** Somebody's account at a provider. */
export interface Connection {
  providerId: string;
  providerName: string;
  issuer: string;
  subject: string;
  email: string;
  createdAt: number;
  lastUsedAt?: number;
}

/** Identity providers and whom they know. Secrets go in and never come out but by `open`. */
export interface Sso {
  list(): Promise<ProviderShown[]>;
  get(id: string): Promise<ProviderShown | undefined>;
  /** Asks the provider first: throws bad-request with what is wrong with its address. */
  create(input: ProviderInput): Promise<ProviderShown>;
  /** The kind and the id stay, since the provider knows the callback URL. An absent secret stays as it is. */
  update(id: string, change: Partial<Omit<ProviderInput, 'id' | 'kind'>>): Promise<ProviderShown>;
  /** With its connections, and the memberships that no other provider gives. */
  remove(id: string): Promise<void>;
  /** For a sign-in; undefined: there is none of this id, or it is switched off. Throws when it can't be reached. */
  open(id: string): Promise<OpenProvider | undefined>;
  /**
   * Finds or makes the user, and brings the teams in step with the groups: also for whoever is refused, so that taking
   * the last group away takes the access away. `connectTo`: the signed-in user who asked for the connection.
   */
  admit(claims: SsoClaims, connectTo?: string): Promise<SsoAdmission>;
  connections(userId: string): Promise<Connection[]>;
  disconnect(userId: string, providerId: string): Promise<void>;
}
