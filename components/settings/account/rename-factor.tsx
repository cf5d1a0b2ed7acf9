'use client';
import { z } from 'zod';
import { type Factor, factorsPath } from '#components/second-factor/second-factor-api.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { useApiChange } from '../use-api.ts';

const schema = z.object({ name: z.string().trim().min(1, 'Give it a name.').max(60, 'At most 60 characters.') });

export function RenameFactor({ factor, onClose }: { factor: Factor; onClose: () => void }) {
  const form = useZodForm(schema, { name: factor.name });
  const change = useApiChange([factorsPath]);
  const submit = onSubmit(form, async (body) => {
    await change({ method: 'PATCH', path: `${factorsPath}/${factor.id}`, body });
    onClose();
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rename ${factor.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="rename-factor" tone="primary" busy={form.formState.isSubmitting}>
            Save
          </Button>
        </>
      }
    >
      <form id="rename-factor" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <TextField form={form} name="name" label="Name" autoFocus />
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
