'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { z } from 'zod';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { CheckboxLine } from '#components/ui/checkbox.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { toast } from '#components/ui/toast.ts';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { placeOf } from '../grants/grant-draft.ts';
import { PlaceSelect } from '../grants/place-select.tsx';
import { Section } from '../section.tsx';
import { useApiChange } from '../use-api.ts';
import { type PolicyShown, policySchema, usePolicies } from './policy-data.ts';
import { RuleFields } from './rule-fields.tsx';
import { draftOf, rulesOf } from './rules-draft.ts';
import { TryPolicy } from './try-policy.tsx';

/** The page of one policy. */
export function PolicyPage({ id }: { id: string }) {
  const query = usePolicies();
  const policy = query.data?.rows.find((each) => each.id === id);
  if (query.isPending) return <p className="py-10 text-center text-ink-faint">Loading …</p>;
  if (query.isError) return <ErrorState title="The policy could not be read" error={shownError(query.error)} />;
  if (!policy) return <EmptyState title="There is no such policy">It was removed, or the address is wrong.</EmptyState>;
  return <PolicyEditor key={policy.updatedAt} policy={policy} />;
}

const schema = z.object({
  name: z.string().trim().min(1, 'A policy has a name.').max(63, 'At most 63 characters.'),
  description: z.string().max(300, 'At most 300 characters.'),
  place: z.string(),
  enabled: z.boolean(),
});

/** A policy as people say it, with a place to try it before it is saved. */
export function PolicyEditor({ policy }: { policy?: PolicyShown }) {
  const router = useRouter();
  const change = useApiChange(['/api/policies']);
  const form = useZodForm(schema, {
    name: policy?.name ?? '',
    description: policy?.description ?? '',
    place: policy ? `${policy.scope.kind}:${policy.scope.value}` : 'all:',
    enabled: policy?.enabled ?? true,
  });
  const [draft, setDraft] = useState(() => draftOf(policy?.rules ?? {}));
  const found = rulesOf(draft);
  const submit = onSubmit(form, async ({ place, ...values }) => {
    if ('problem' in found) throw new Error(found.problem);
    const body = { ...values, scope: placeOf(place), rules: found.rules };
    const path = policy ? (`/api/policies/${policy.id}` as const) : '/api/policies';
    const saved = policySchema.parse(await change({ method: policy ? 'PATCH' : 'POST', path, body }));
    toast.success('Saved. It holds from now on, for everybody.');
    if (!policy) router.push(`/settings/policies/${saved.id}`);
  });
  return (
    <form onSubmit={(event) => void submit(event)}>
      <PageHeader
        crumbs={[{ href: '/settings/policies', label: 'Policies' }]}
        title={policy?.name ?? 'New policy'}
        actions={
          <Button type="submit" tone="primary" busy={form.formState.isSubmitting}>
            Save
          </Button>
        }
      />
      <div className="px-3 sm:px-4">
        <FormError form={form} />
      </div>
      <Section title="What it is for">
        <div className="grid max-w-3xl gap-3 sm:grid-cols-2">
          <TextField form={form} name="name" label="Name" placeholder="production" autoFocus={!policy} />
          <Field label="Where">{(id) => <PlaceSelect id={id} {...form.register('place')} />}</Field>
          <TextField form={form} name="description" label="Description" placeholder="Why it is there" />
          <CheckboxLine label="In force" hint="Off, it refuses nothing." {...form.register('enabled')} />
        </div>
      </Section>
      <RuleFields draft={draft} onChange={setDraft} />
      <TryPolicy found={found} />
    </form>
  );
}
