'use client';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import type { RegistryShown } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';

const schema = z.object({
  address: z
    .string()
    .trim()
    .min(1, 'As it stands in image names.')
    .regex(/^[^/\s]+$/, 'The host alone, without https:// and path.'),
  username: z.string().trim().min(1, 'The user at the registry.'),
  password: z.string(),
});

export function EditRegistry({ registry, onClose }: { registry?: RegistryShown; onClose: () => void }) {
  const form = useZodForm(schema, {
    address: registry?.address ?? '',
    username: registry?.username ?? '',
    password: '',
  });
  const change = useApiChange(['/api/registries']);
  const submit = onSubmit(form, async ({ address, username, password }) => {
    if (!registry && !password) return form.setError('password', { message: 'A password or access token.' });
    if (registry)
      await change({
        method: 'PATCH',
        path: `/api/registries/${registry.id}`,
        body: { username, password: password || undefined },
      });
    else await change({ method: 'POST', path: '/api/registries', body: { address, username, password } });
    onClose();
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={registry ? `Credentials of ${registry.address}` : 'Add registry'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="edit-registry" tone="primary" busy={form.formState.isSubmitting}>
            Save
          </Button>
        </>
      }
    >
      <form id="edit-registry" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <TextField
          form={form}
          name="address"
          label="Registry"
          placeholder="registry.example:5000"
          hint="host[:port] as it stands in image names; docker.io for the hub"
          readOnly={registry !== undefined}
          autoFocus={!registry}
        />
        <TextField form={form} name="username" label="User" />
        <TextField
          form={form}
          name="password"
          label="Password or access token"
          type="password"
          autoComplete="new-password"
          hint={registry ? 'Empty: stays as it is.' : undefined}
        />
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
