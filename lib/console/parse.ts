import type { z } from 'zod';
import { appError } from '#lib/shared/errors.ts';

/** Certificates and keys are the longest that anybody sends. */
const bodyBytesMax = 256 * 1024;

/** The JSON body, by its schema. Throws bad-request with a sentence that names the field, or too-large. */
export async function parseBody<T>(schema: z.ZodType<T> | undefined, request: Request): Promise<T>;
export async function parseBody(schema: z.ZodType | undefined, request: Request): Promise<unknown> {
  if (!schema) return undefined;
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw appError('bad-request', 'The body is not JSON.', error);
  }
  return check(schema, value);
}

/** The query's parameters, by their schema. One that is given twice is refused rather than one of both believed. */
export function parseQuery<T>(schema: z.ZodType<T> | undefined, request: Request): T;
export function parseQuery(schema: z.ZodType | undefined, request: Request): unknown {
  if (!schema) return undefined;
  const values = new Map<string, string>();
  for (const [name, value] of new URL(request.url).searchParams) {
    if (values.has(name)) throw appError('bad-request', `The parameter ${name.slice(0, 50)} is given twice.`);
    // An empty field of a form means absent.
    if (value !== '') values.set(name, value);
  }
  return check(schema, Object.fromEntries(values));
}

function check(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.');
  throw appError('bad-request', `${field ? `${field}: ` : ''}${issue?.message ?? 'The request is not valid'}`);
}

async function readText(request: Request): Promise<string> {
  const tooLarge = () => appError('too-large', `The body is longer than ${bodyBytesMax / 1024} KiB.`);
  if (Number(request.headers.get('content-length') ?? 0) > bodyBytesMax) throw tooLarge();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Read piece by piece: a body without a length could be endless.
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bodyBytesMax) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
