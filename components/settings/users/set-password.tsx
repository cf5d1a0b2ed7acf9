'use client';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { toast } from '#components/ui/toast.ts';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { useApiChange } from '../use-api.ts';

const schema = z.object({
  password: z.string().min(8, 'At least 8 characters.').max(1024, 'At most 1,024 characters.'),
});

export function SetPassword({ userId }: { userId: string }) {
  const form = useZodForm(schema, { password: '' });
  const change = useApiChange([`/api/users/${userId}`]);
  const submit = onSubmit(form, async ({ password }) => {
    await change({ method: 'POST', path: `/api/users/${userId}/password`, body: { password } });
    form.reset({ password: '' });
    toast.success('Password set. All sessions of this person have ended.');
  });
  return (
    <form className="space-y-2" onSubmit={(event) => void submit(event)}>
      <TextField form={form} name="password" label="New password" type="password" autoComplete="new-password" />
      <FormError form={form} />
      <Button type="submit" busy={form.formState.isSubmitting}>
        Set password
      </Button>
    </form>
  );
}
