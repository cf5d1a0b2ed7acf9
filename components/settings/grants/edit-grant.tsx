'use client';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FormError, onSubmit, SelectField, TextField, useZodForm } from '../form.tsx';
import type { GrantShown } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';
import { expiries, expiryOf } from './grant-draft.ts';
import { GrantLine } from './grant-list.tsx';

const schema = z
  .object({ expiry: z.string(), date: z.string(), reason: z.string().max(500, 'At most 500 characters.') })
  .refine(({ expiry, date }) => expiry !== 'date' || date !== '', { path: ['date'], message: 'Choose the last day.' });

const keep = 'keep';

/** The end and the reason of a grant. Who, what and where stay: another of these is another grant. */
export function EditGrant(props: {
  grant: GrantShown;
  who: string;
  onClose: () => void;
  /** Offers to take it away from here: a phone has no room for that in the list. */
  onRemove?: () => void;
}) {
  const { grant, who, onClose, onRemove } = props;
  const form = useZodForm(schema, { expiry: keep, date: '', reason: grant.reason ?? '' });
  const change = useApiChange(['/api/grants']);
  const submit = onSubmit(form, async (values) => {
    const expiresAt = values.expiry === keep ? grant.expiresAt : expiryOf(values, Date.now());
    await change({
      method: 'PATCH',
      path: `/api/grants/${grant.id}`,
      body: { expiresAt: expiresAt ?? null, reason: values.reason.trim() || null },
    });
    onClose();
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Edit grant"
      footer={
        <>
          {onRemove && (
            <Button className="mr-auto" onClick={onRemove}>
              Take away
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="edit-grant" tone="primary" busy={form.formState.isSubmitting}>
            Save
          </Button>
        </>
      }
    >
      <form id="edit-grant" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <GrantLine who={who} grant={grant} />
        <SelectField
          form={form}
          name="expiry"
          label="Ends"
          hint="Role, place and scope can't be changed: take this grant away and give another."
        >
          <option value={keep}>as it is</option>
          {expiries.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        {form.watch('expiry') === 'date' && <TextField form={form} name="date" label="Last day" type="date" />}
        <TextField form={form} name="reason" label="Reason" />
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
