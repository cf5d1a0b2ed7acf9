'use client';
import { useState } from 'react';
import { z } from 'zod';
import { Banner } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FormError, onSubmit, SelectField, TextField, useZodForm } from '../form.tsx';
import { DraftList } from '../grants/draft-list.tsx';
import type { GrantDraft } from '../grants/grant-draft.ts';
import { OneTimeLink } from '../one-time-link.tsx';
import { madeTokenSchema } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';

const schema = z.object({
  name: z.string().trim().min(1, 'Say what it is for.').max(100, 'At most 100 characters.'),
  days: z.string(),
});
const dayMs = 24 * 3600_000;

/** Asks for a name, an end and limits, then shows the token: once. `path` is where tokens of that owner are made. */
export function CreateToken({ path, who, onClose }: { path: `/api/${string}`; who: string; onClose: () => void }) {
  const form = useZodForm(schema, { name: '', days: '90' });
  const change = useApiChange([path]);
  const [grants, setGrants] = useState<GrantDraft[]>([]);
  const [made, setMade] = useState<z.infer<typeof madeTokenSchema>>();
  const submit = onSubmit(form, async ({ name, days }) => {
    const expiresAt = days === '' ? undefined : Date.now() + Number(days) * dayMs;
    const body = { name, expiresAt, ...(grants.length > 0 ? { grants } : {}) };
    setMade(madeTokenSchema.parse(await change({ method: 'POST', path, body })));
  });
  if (made)
    return (
      <OneTimeLink title="Your new token" text={made.secret} onClose={onClose}>
        {made.lacking.length > 0 ? <Banner tone="warn">{made.lacking.join(' ')}</Banner> : 'Keep it like a password.'}
      </OneTimeLink>
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
        <DraftList
          label="Limits"
          hint={
            grants.length > 0
              ? `It may do only this, and of this only what ${who === 'You' ? 'you' : who} may do at the time.`
              : `Without limits it may do whatever ${who === 'You' ? 'you' : who} may do.`
          }
          who="It"
          drafts={grants}
          onChange={setGrants}
          title="Limit this token"
          confirmLabel="Add"
        />
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
