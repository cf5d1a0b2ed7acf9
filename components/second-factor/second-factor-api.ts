import { z } from 'zod';
import { apiFetch } from '#components/live/api.ts';
import { factorKinds } from '#lib/shared/sign-in.ts';

export const factorsPath = '/api/account/second-factors';

const factorSchema = z.object({
  id: z.string(),
  kind: z.enum(factorKinds),
  name: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number().optional(),
});
export const factorsSchema = z.object({
  factors: z.array(factorSchema),
  recoveryCodesLeft: z.number(),
  /** An administrator wants this person to have one. */
  required: z.boolean(),
  hasPassword: z.boolean(),
});
const totpBegunSchema = z.object({ secret: z.string(), ticket: z.string(), qr: z.string() });
const addedSchema = z.object({ factor: factorSchema, recoveryCodes: z.array(z.string()).optional() });
export const codesSchema = z.object({ codes: z.array(z.string()) });

export type Factor = z.infer<typeof factorSchema>;
export type Factors = z.infer<typeof factorsSchema>;
export type TotpBegun = z.infer<typeof totpBegunSchema>;

/** What shows again that it is really this person; undefined: having signed in a moment ago. */
export type Proof = { password: string } | { code: string } | { passkey: unknown };

export async function beginTotp(proof?: Proof): Promise<TotpBegun> {
  return totpBegunSchema.parse(await apiFetch('POST', `${factorsPath}/totp`, { proof }));
}

/** The options for the browser's passkey dialog. */
export function beginPasskey(proof?: Proof): Promise<unknown> {
  return apiFetch('POST', `${factorsPath}/passkey`, { proof });
}

/** The recovery codes come with a person's first factor, once. */
export async function finishFactor(
  body:
    | { kind: 'totp'; name: string; ticket: string; code: string }
    | { kind: 'passkey'; name: string; response: unknown },
): Promise<z.infer<typeof addedSchema>> {
  return addedSchema.parse(await apiFetch('POST', factorsPath, body));
}
