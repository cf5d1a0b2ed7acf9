import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  WebAuthnCredential,
} from '@simplewebauthn/server';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Tables } from '#lib/db/types.ts';
import { createLog } from '#lib/log.ts';
import type { Challenges } from './challenges.ts';
import type { WebAuthnPlace } from './types.ts';

const log = createLog();

// Loaded by whoever first needs it: it brings readers for certificates of all kinds, and most starts need none.
const library = () => import('@simplewebauthn/server');

const bytesText = z.string().max(16_384);
const shared = {
  id: bytesText,
  rawId: bytesText,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(100).optional(),
  clientExtensionResults: z.record(z.string(), z.unknown()),
};
const transports = z.array(z.string().max(40)).max(10);
const registrationSchema = z.object({
  ...shared,
  response: z.object({
    clientDataJSON: bytesText,
    attestationObject: bytesText,
    transports: transports.optional(),
    publicKeyAlgorithm: z.number().optional(),
  }),
});
const assertionSchema = z.object({
  ...shared,
  response: z.object({
    clientDataJSON: bytesText,
    authenticatorData: bytesText,
    signature: bytesText,
    userHandle: bytesText.optional(),
  }),
});
const detailsSchema = z.object({ rpId: z.string(), transports });

type FactorRow = Selectable<Tables['second_factors']>;

/** What is stored of a new passkey. */
export interface NewPasskey {
  credentialId: string;
  publicKey: string;
  counter: number;
  details: string;
}

/** The id that an assertion claims to be of; undefined when it is no assertion. */
export function claimedCredential(response: unknown): string | undefined {
  return assertionSchema.safeParse(response).data?.id;
}

/** Passkeys work where they were made alone: the browser offers them to no other host name. */
function detailsOf(row: FactorRow): z.infer<typeof detailsSchema> {
  return detailsSchema.safeParse(JSON.parse(row.details)).data ?? { rpId: '', transports: [] };
}

/** What the browser needs to make a passkey for this person. */
export async function registrationOptions(
  user: { id: string; email: string; name: string },
  existing: FactorRow[],
  place: WebAuthnPlace,
  challenge: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library();
  return generateRegistrationOptions({
    rpName: 'Pilothouse',
    rpID: place.rpId,
    userName: user.email,
    userDisplayName: user.name,
    userID: new TextEncoder().encode(user.id),
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    attestationType: 'none',
    excludeCredentials: existing.map((row) => ({
      id: row.credential_id ?? '',
      transports: detailsOf(row).transports,
    })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
}

/** What the browser needs to find a passkey: one of these, or, without any, whichever it has for this host. */
export async function assertionOptions(
  rows: FactorRow[] | undefined,
  place: WebAuthnPlace,
  challenge: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library();
  return generateAuthenticationOptions({
    rpID: place.rpId,
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    allowCredentials: rows?.map((row) => ({ id: row.credential_id ?? '', transports: detailsOf(row).transports })),
    // Alone it is the whole sign-in, so the device must know its person; after a password it is the second factor.
    userVerification: rows ? 'preferred' : 'required',
  });
}

/** Undefined: not what was asked for, by whomever. */
export async function verifyRegistration(
  response: unknown,
  place: WebAuthnPlace,
  challenges: Challenges,
  purpose: string,
): Promise<NewPasskey | undefined> {
  const parsed = registrationSchema.safeParse(response);
  if (!parsed.success) return undefined;
  const { verifyRegistrationResponse } = await library();
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: parsed.data as RegistrationResponseJSON,
      expectedChallenge: (challenge) => challenges.redeem(challenge, purpose),
      expectedOrigin: place.origin,
      expectedRPID: place.rpId,
      requireUserVerification: false,
    });
    if (!verified) return undefined;
    const { credential } = registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      details: JSON.stringify({ rpId: place.rpId, transports: parsed.data.response.transports ?? [] }),
    };
  } catch (error) {
    log.info('a new passkey was refused', { error });
    return undefined;
  }
}

/** The new signature counter when the assertion is right; undefined otherwise. */
export async function verifyAssertion(
  row: FactorRow,
  response: unknown,
  place: WebAuthnPlace,
  redeem: (challenge: string) => boolean,
  requireUserVerification: boolean,
): Promise<number | undefined> {
  const parsed = assertionSchema.safeParse(response);
  if (!parsed.success || parsed.data.id !== row.credential_id) return undefined;
  const { verifyAuthenticationResponse } = await library();
  const credential: WebAuthnCredential = {
    id: row.credential_id,
    publicKey: Uint8Array.from(Buffer.from(row.public_key ?? '', 'base64url')),
    counter: row.counter,
  };
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: parsed.data as AuthenticationResponseJSON,
      expectedChallenge: redeem,
      expectedOrigin: place.origin,
      expectedRPID: detailsOf(row).rpId,
      credential,
      requireUserVerification,
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch (error) {
    log.info('a passkey was refused', { error });
    return undefined;
  }
}
