import { z } from 'zod';
import type { Grant, ResourceScope } from '#lib/shared/access.ts';
import { grantInput } from '#lib/shared/grant-input.ts';

/** A grant without whom it is for: what a dialog makes, and what an invitation or a token carries. */
export type GrantDraft = Pick<Grant, 'role' | 'scope' | 'resource' | 'expiresAt' | 'reason'>;

const dayMs = 24 * 3600_000;

export const expiries = [
  { value: '', label: 'Never' },
  { value: '8h', label: 'in 8 hours', ms: dayMs / 3 },
  { value: '1d', label: 'in a day', ms: dayMs },
  { value: '7d', label: 'in 7 days', ms: 7 * dayMs },
  { value: '30d', label: 'in 30 days', ms: 30 * dayMs },
  { value: '90d', label: 'in 90 days', ms: 90 * dayMs },
  { value: 'date', label: 'at the end of a day …' },
] as const;

/** The dialog's fields. */
export const grantFormSchema = z
  .object({
    /** `user:<id>` or `team:<id>`; empty where the dialog is for one subject. */
    subject: z.string(),
    role: z.string().min(1, 'Choose a role.'),
    /** `all:`, `tag:<tag>` or `engine:<id>`. */
    place: z.string(),
    reach: z.enum(['everything', 'some']),
    project: z.string(),
    name: z.string(),
    labels: z.string(),
    images: z.string(),
    expiry: z.string(),
    date: z.string(),
    reason: z.string().max(500, 'At most 500 characters.'),
  })
  .superRefine((values, ctx) => {
    if (values.expiry === 'date' && !values.date)
      ctx.addIssue({ code: 'custom', path: ['date'], message: 'Choose the last day.' });
    if (values.reach === 'everything') return;
    const parsed = grantInput.shape.resource.safeParse(scopeOf(values));
    for (const { path, message } of parsed.error?.issues ?? []) {
      ctx.addIssue({ code: 'custom', path: [path[0] === undefined ? 'project' : String(path[0])], message });
    }
  });

export type GrantForm = z.infer<typeof grantFormSchema>;

export const emptyGrantForm: GrantForm = {
  subject: '',
  role: '',
  place: 'all:',
  reach: 'everything',
  project: '',
  name: '',
  labels: '',
  images: '',
  expiry: '',
  date: '',
  reason: '',
};

/** What stands in the fields of the scope, as it is; checked by the schema. */
function scopeOf({ project, name, labels, images }: Pick<GrantForm, 'project' | 'name' | 'labels' | 'images'>) {
  return {
    ...(project.trim() ? { project: project.trim() } : {}),
    ...(name.trim() ? { name: name.trim() } : {}),
    ...(labels.trim() ? { labels: wordsOf(labels) } : {}),
    ...(images.trim() ? { images: wordsOf(images) } : {}),
  };
}

/** The scope so far, while it is being typed; undefined: everything. */
export function resourceOf(form: GrantForm): ResourceScope | undefined {
  return form.reach === 'everything' ? undefined : scopeOf(form);
}

/** The grant that the fields mean at `nowMs`. */
export function draftOf(form: GrantForm, nowMs: number): GrantDraft {
  const resource = resourceOf(form);
  const expiresAt = expiryOf(form, nowMs);
  const reason = form.reason.trim();
  return {
    role: form.role,
    scope: placeOf(form.place),
    ...(resource ? { resource } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(reason ? { reason } : {}),
  };
}

export function placeOf(place: string): Grant['scope'] {
  const [kind, ...rest] = place.split(':');
  return { kind: kind === 'tag' || kind === 'engine' ? kind : 'all', value: rest.join(':') };
}

/** When it ends, ms since 1970; a date ends with that day here. Undefined: never. */
export function expiryOf({ expiry, date }: Pick<GrantForm, 'expiry' | 'date'>, nowMs: number): number | undefined {
  if (expiry === 'date') return date ? new Date(`${date}T23:59:59`).getTime() : undefined;
  const preset = expiries.find(({ value }) => value === expiry);
  return preset && 'ms' in preset ? nowMs + preset.ms : undefined;
}

/** Separated by blanks, commas or lines. */
function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
