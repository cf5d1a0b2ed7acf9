'use client';
import { useState } from 'react';
import { z } from 'zod';
import { Banner } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { CommandLine } from '#components/ui/command-line.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FormError, onSubmit, SelectField, TextField, useZodForm } from '../form.tsx';
import { useApiChange } from '../use-api.ts';

const schema = z.object({
  name: z.string().trim().min(1, 'Say what it is for.').max(100, 'At most 100 characters.'),
  days: z.string(),
});
const created = z.object({ secret: z.string() });
const dayMs = 24 * 3600_000;

/** Asks for a name and an end, then shows the token: once. */
export function CreateToken({ onClose }: { onClose: () => void }) {
  const form = useZodForm(schema, { name: '', days: '90' });
  const change = useApiChange(['/api/tokens']);
  const [secret, setSecret] = useState<string>();
  const submit = onSubmit(form, async ({ name, days }) => {
    const expiresAt = days === '' ? undefined : Date.now() + Number(days) * dayMs;
    const answer = await change({ method: 'POST', path: '/api/tokens', body: { name, expiresAt } });
    setSecret(created.parse(answer).secret);
  });
  if (secret)
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title="Your new token"
        footer={
          <Button tone="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <div className="space-y-3">
          <Banner tone="warn">Copy it now: it is shown this once and stored only as a hash.</Banner>
          <CommandLine command={secret} />
        </div>
      </Dialog>
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="New API token"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="create-token" tone="primary" busy={form.formState.isSubmitting}>
            Create token
          </Button>
        </>
      }
    >
      <form id="create-token" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <TextField form={form} name="name" label="Name" placeholder="laptop, CI of the shop, …" autoFocus />
        <SelectField form={form} name="days" label="Expires">
          <option value="7">in 7 days</option>
          <option value="30">in 30 days</option>
          <option value="90">in 90 days</option>
          <option value="365">in a year</option>
          <option value="">never</option>
        </SelectField>
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
