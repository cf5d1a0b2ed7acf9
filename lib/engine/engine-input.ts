import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import ssh2 from 'ssh2';
import { z } from 'zod';
import { engineNamePattern } from '#lib/config.ts';
import { appError } from '#lib/shared/errors.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { refuseForbiddenHost } from './transport/address-guard.ts';
import { hostKeyPattern } from './transport/host-key.ts';
import type { EngineInput } from './types.ts';

const pem = z.string().max(64 * 1024);

const secretsSchema = z.strictObject({
  ca: pem.optional(),
  cert: pem.optional(),
  key: pem.optional(),
  identity: pem.optional(),
});

/** What an engine is made of; unknown keys are refused, for a misspelt `secret` must not be lost silently. */
export const engineInputSchema = z.strictObject({
  name: z.string().regex(engineNamePattern, 'An engine name has lower-case letters, digits and hyphens, 63 at most.'),
  url: z.string().trim().min(1).max(2048),
  tags: z
    .array(
      z
        .string()
        .trim()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._:/=-]{0,62}$/, 'A tag has letters, digits and . _ : / = -, 63 at most.'),
    )
    .max(32)
    .transform((tags) => [...new Set(tags)]),
  secrets: secretsSchema,
  hostKey: z.string().trim().regex(hostKeyPattern, 'A host key is written SHA256: and 43 characters.').optional(),
});

/** A change: what is absent stays. An empty secret takes the stored one away, an empty host key the pinned one. */
export const engineChangeSchema = engineInputSchema
  .extend({ hostKey: engineInputSchema.shape.hostKey.or(z.literal('')) })
  .partial();

/** Parses with a schema; throws bad-request with the first issue in words. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.');
  throw appError('bad-request', `${where ? `${where}: ` : ''}${issue?.message ?? 'The input is not valid.'}`);
}

/** Checks address and secrets as far as that goes without connecting, and gives the endpoint. Throws bad-request. */
export function checkEndpoint({ url, secrets, hostKey }: Pick<EngineInput, 'url' | 'secrets' | 'hostKey'>): Endpoint {
  const endpoint = parseEndpoint(url, secrets, hostKey);
  if (endpoint.kind !== 'unix') refuseForbiddenHost(endpoint.host);
  if (endpoint.kind === 'tls') {
    try {
      // createSecureContext takes a CA that is none without a word, and then trusts nobody.
      if (endpoint.ca) new X509Certificate(endpoint.ca);
      createSecureContext({ ca: endpoint.ca, cert: endpoint.cert, key: endpoint.key });
    } catch (error) {
      throw appError('bad-request', `The certificates can't be used: ${wordsOf(error)}.`, error);
    }
  }
  if (endpoint.kind === 'ssh') {
    const parsed = ssh2.utils.parseKey(endpoint.identity);
    if (parsed instanceof Error)
      throw appError('bad-request', `The private key can't be read: ${parsed.message}.`, parsed);
    if (!parsed.isPrivateKey()) throw appError('bad-request', 'The given key is a public one; ssh wants the private.');
  }
  return endpoint;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // OpenSSL: `error:05800074:x509 certificate routines::key values mismatch`.
  return error.message.split('::').at(-1) ?? error.message;
}
