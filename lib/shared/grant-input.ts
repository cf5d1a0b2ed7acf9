import { z } from 'zod';
import { type ResourceScope, sharedLabel } from './access.ts';

const starsMax = 8;
const countStars = (text: string) => text.split('*').length - 1;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const printable = (text: string) => !/[\u0000-\u001f\u007f]/.test(text);

const label = z
  .string()
  .trim()
  .max(256, 'A label has at most 256 characters.')
  .refine((text) => text !== '' && !text.startsWith('=') && printable(text), 'A label is key or key=value.')
  // Who creates in a scope gets its labels: this one would make all of it everybody's.
  .refine((text) => text.split('=', 1)[0] !== sharedLabel, `${sharedLabel} is no scope: it opens to everybody.`);
const pattern = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'A pattern is not empty; * stands for any characters.')
    .max(most, `A pattern has at most ${most} characters.`)
    .refine((text) => countStars(text) <= starsMax, `A pattern has at most ${starsMax} stars.`)
    .refine(printable, 'A pattern has no control characters.');
const image = pattern(256).refine((text) => !/\s/.test(text), "An image's name has no blanks.");

/**
 * A resource scope as people may give it: at least one part, of sane length. Blanks around are cut, empty parts left out,
 * lists sorted and without doubles, so that the same scope is the same text.
 */
export const resourceInput = z
  .strictObject({
    labels: z.array(label).max(16, 'At most 16 labels.').optional(),
    project: z
      .string()
      .trim()
      .regex(/^[a-z0-9][a-z0-9_-]{0,127}$/, 'A compose project is lower-case letters, digits, - and _.')
      .optional(),
    name: pattern(128).optional(),
    images: z.array(image).max(32, 'At most 32 image patterns.').optional(),
  })
  .transform(
    ({ labels = [], project, name, images = [] }): ResourceScope => ({
      ...(labels.length > 0 ? { labels: sorted(labels) } : {}),
      ...(project === undefined ? {} : { project }),
      ...(name === undefined ? {} : { name }),
      ...(images.length > 0 ? { images: sorted(images) } : {}),
    }),
  )
  .refine((scope) => Object.keys(scope).length > 0, 'A scope names a project, labels, a name or images.');

/** What a grant gives and where, without whom to: for pre-assigned grants and a token's own. */
export const grantInput = z.strictObject({
  role: z.string().max(63),
  scope: z.strictObject({ kind: z.enum(['all', 'tag', 'engine']), value: z.string().max(63) }),
  resource: resourceInput.optional(),
  expiresAt: z.number().int().optional(),
  reason: z.string().max(500).optional(),
});

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
