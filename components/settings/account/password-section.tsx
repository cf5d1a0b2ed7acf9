'use client';
import { z } from 'zod';
import { factorsPath, factorsSchema } from '#components/second-factor/second-factor-api.ts';
import { Button } from '#components/ui/button.tsx';
import { toast } from '#components/ui/toast.ts';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';

const schema = z
  .object({
    current: z.string().min(1, 'Your password as it is now.'),
    next: z.string().min(8, 'At least 8 characters.').max(1024, 'At most 1,024 characters.'),
    again: z.string(),
  })
  .refine(({ next, again }) => next === again, { path: ['again'], message: 'The two are not the same.' });

const empty = { current: '', next: '', again: '' };

export function PasswordSection() {
  const account = useApi(factorsPath, factorsSchema).data;
  // Who comes by a provider alone has none to change; an administrator's link sets one.
  if (account && !account.hasPassword) return null;
  return <ChangePassword />;
}

function ChangePassword() {
  const form = useZodForm(schema, empty);
  const change = useApiChange(['/api/sessions']);
  const submit = onSubmit(form, async ({ current, next }) => {
    await change({ method: 'POST', path: '/api/account/password', body: { current, next } });
    form.reset(empty);
    toast.success('Password changed. Your other sessions have ended.');
  });
  return (
    <Section title="Password" intro="Changing it ends your other sessions; tokens stay.">
      <form className="max-w-sm space-y-3" onSubmit={(event) => void submit(event)}>
        <TextField
          form={form}
          name="current"
          label="Current password"
          type="password"
          autoComplete="current-password"
        />
        <TextField form={form} name="next" label="New password" type="password" autoComplete="new-password" />
        <TextField form={form} name="again" label="New password again" type="password" autoComplete="new-password" />
        <FormError form={form} />
        <Button type="submit" tone="primary" busy={form.formState.isSubmitting}>
          Change password
        </Button>
      </form>
    </Section>
  );
}
