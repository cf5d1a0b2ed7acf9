'use client';
import { useState } from 'react';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { FormError, onSubmit, SelectField, TextField, useZodForm } from '../form.tsx';
import type { GrantShown } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';
import { GrantScopeSelect } from './grant-scope.tsx';
import { roles } from './roles.ts';

const schema = z.object({
  email: z.email('An e-mail address.'),
  name: z.string().max(200, 'At most 200 characters.'),
  password: z.string().min(8, 'At least 8 characters.').max(1024, 'At most 1,024 characters.'),
  role: z.string(),
});
const created = z.object({ id: z.string() });

/** A person, a first password, and the first grant. `onClose` gets the new user's id. */
export function CreateUser({ onClose }: { onClose: (createdId?: string) => void }) {
  const form = useZodForm(schema, { email: '', name: '', password: '', role: 'developer' });
  const change = useApiChange(['/api/users', '/api/grants']);
  const [scope, setScope] = useState<GrantShown['scope']>({ kind: 'all', value: '' });
  const role = form.watch('role');
  const submit = onSubmit(form, async (values) => {
    const { email, name, password } = values;
    const { id } = created.parse(await change({ method: 'POST', path: '/api/users', body: { email, name, password } }));
    if (values.role) {
      await change({
        method: 'POST',
        path: '/api/grants',
        body: { subjectKind: 'user', subjectId: id, role: values.role, scope },
      });
    }
    onClose(id);
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
        <SelectField
          form={form}
          name="role"
          label="Role"
          hint={roles.find(({ name }) => name === role)?.may ?? 'sees nothing yet'}
        >
          <option value="">no grant yet</option>
          {roles.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        {role && <Field label="Where">{(id) => <GrantScopeSelect id={id} value={scope} onChange={setScope} />}</Field>}
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
