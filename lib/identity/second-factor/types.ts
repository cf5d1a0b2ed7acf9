import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { FactorKind, FactorShown, SecondStep } from '#lib/shared/sign-in.ts';
import type { User } from '../types.ts';

/** Where the browser is, for WebAuthn: `https://console.example` and its host name. */
export interface WebAuthnPlace {
  origin: string;
  rpId: string;
}

/** What a person gives as second factor. */
export type GivenFactor =
  /** Six digits of an app, or a recovery code. */
  | { kind: 'code'; code: string }
  /** The browser's answer to `passkeyOptions`, not looked at yet. */
  | { kind: 'passkey'; response: unknown };

export interface GivenAt {
  /** Of the client, for the throttle. */
  address: string;
  place: WebAuthnPlace;
}

/** `recoveryCodes`: with a person's first factor, shown once. */
export interface FactorAdded {
  factor: FactorShown;
  recoveryCodes?: string[];
}

export interface TotpBegun {
  /** base32, for those who can't scan. */
  secret: string;
  uri: string;
  /** To be handed back with the first code; nothing is stored before that. */
  ticket: string;
}

/** Codes by an app, passkeys and recovery codes. All throw bad-request and not-found with their sentences. */
export interface SecondFactors {
  list(userId: string): Promise<{ factors: FactorShown[]; recoveryCodesLeft: number }>;
  /** The ids of all users who have any. */
  holders(): Promise<ReadonlySet<string>>;
  /** What this person may finish a sign-in with; neither: there is no second step. */
  step(userId: string): Promise<SecondStep>;
  beginTotp(user: Pick<User, 'id' | 'email'>): TotpBegun;
  /** `sessionId`: the session that proved it has given its second factor from then on. */
  finishTotp(
    userId: string,
    sessionId: string,
    input: { ticket: string; code: string; name: string },
  ): Promise<FactorAdded>;
  beginPasskey(
    user: Pick<User, 'id' | 'email' | 'name'>,
    sessionId: string,
    place: WebAuthnPlace,
  ): Promise<PublicKeyCredentialCreationOptionsJSON>;
  finishPasskey(
    userId: string,
    sessionId: string,
    input: { response: unknown; name: string },
    place: WebAuthnPlace,
  ): Promise<FactorAdded>;
  rename(userId: string, id: string, name: string): Promise<FactorShown>;
  /** With the last factor the recovery codes go. Throws conflict when the person must keep one. */
  remove(userId: string, id: string, mustKeepOne: boolean): Promise<void>;
  /** New ones; the old ones are worth nothing any more. Throws conflict without a factor. */
  makeRecoveryCodes(userId: string): Promise<string[]>;
  /** Takes everything away and ends the person's sessions: for who has lost the phone. */
  reset(userId: string): Promise<void>;
  /** For a person's own passkeys, or, without `userId`, for whichever the browser has here. */
  passkeyOptions(place: WebAuthnPlace, userId?: string): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /** Throttled like passwords. Undefined: wrong, used before, or not this person's. */
  verify(userId: string, given: GivenFactor, at: GivenAt): Promise<FactorKind | 'recovery' | undefined>;
  /** A sign-in by passkey alone: the device must have checked the person. Undefined: not known, or wrong. */
  passkeySignIn(response: unknown, at: GivenAt): Promise<User | undefined>;
}
