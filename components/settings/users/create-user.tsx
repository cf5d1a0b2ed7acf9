'use client';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { useApiChange } from '../use-api.ts';

const schema = z.object({
  email: z.email('An e-mail address.'),
  name: z.string().trim().min(1, 'A name.').max(100, 'At most 100 characters.'),
  password: z.string().min(8, 'At least 8 characters.').max(1024, 'At most 1,024 characters.'),
});
const created = z.object({ id: z.string() });

/** A person with a first password. `onClose` gets the new user's id; teams and grants are given on its page. */
export function CreateUser({ onClose }: { onClose: (createdId?: string) => void }) {
  const form = useZodForm(schema, { email: '', name: '', password: '' });
  const change = useApiChange(['/api/users']);
  const submit = onSubmit(form, async (body) => {
    onClose(created.parse(await change({ method: 'POST', path: '/api/users', body })).id);
  });
  return (
    <Dialog
      open
      onOpenChange={() => onClose()}
      title="New user"
      footer={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button type="submit" form="create-user" tone="primary" busy={form.formState.isSubmitting}>
            Create user
          </Button>
        </>
      }
    >
      <form id="create-user" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <TextField form={form} name="email" label="E-mail" type="email" autoFocus />
        <TextField form={form} name="name" label="Name" />
        <TextField
          form={form}
          name="password"
          label="First password"
          type="password"
          autoComplete="new-password"
          hint="Tell it to the person by another way; they change it under Account."
        />
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
