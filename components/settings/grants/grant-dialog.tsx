'use client';
import { type ReactNode, useId, useMemo } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Segmented } from '#components/ui/tabs.tsx';
import { useRoles } from '../access-data.ts';
import { FormError, onSubmit, SelectField, TextField, useZodForm } from '../form.tsx';
import { draftOf, emptyGrantForm, expiries, type GrantDraft, type GrantForm, grantFormSchema } from './grant-draft.ts';
import { GrantPreview } from './grant-preview.tsx';
import { PlaceSelect } from './place-select.tsx';
import { ScopeFields } from './scope-fields.tsx';
import { SubjectField, useSubjectName } from './subject-field.tsx';

interface GrantDialogProps {
  title: string;
  /** Who gets it, in the sentence. Undefined: the dialog asks (users, service accounts and teams). */
  who?: string;
  confirmLabel?: string;
  intro?: ReactNode;
  initial?: Partial<GrantForm>;
  /** `subject` is `user:<id>` or `team:<id>` where the dialog asked. May throw: the error stands in the dialog. */
  onSave: (draft: GrantDraft, subject: string) => Promise<void> | void;
  onClose: () => void;
}

/** The one dialog by which grants are made: for users, teams, service accounts, invitations and tokens. */
export function GrantDialog(props: GrantDialogProps) {
  const { title, who, confirmLabel = 'Give grant', intro, initial, onSave, onClose } = props;
  const form = useZodForm(grantFormSchema, { ...emptyGrantForm, ...initial });
  const formId = useId();
  const submit = onSubmit(form, async (values) => {
    if (who === undefined && !values.subject) throw new Error('Choose who gets it.');
    await onSave(draftOf(values, Date.now()), values.subject);
    onClose();
  });
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={title}
      description={intro}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" busy={form.formState.isSubmitting}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="space-y-3"
        onSubmit={(event) => {
          // Inside another dialog's form, by React's tree: only this one is sent.
          event.stopPropagation();
          void submit(event);
        }}
      >
        {who === undefined && <SubjectField form={form} />}
        <GrantFields form={form} />
        {who === undefined ? <PreviewOfChosen form={form} /> : <Preview form={form} who={who} />}
        <FormError form={form} />
      </form>
    </Dialog>
  );
}

function GrantFields({ form }: { form: UseFormReturn<GrantForm> }) {
  const roles = useRoles();
  const [roleName, reach, expiry] = form.watch(['role', 'reach', 'expiry']);
  const role = roles.data?.rows.find(({ name }) => name === roleName);
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          form={form}
          name="role"
          label="Role"
          hint={roles.isError ? 'The roles could not be read.' : role?.description}
        >
          <option value="">Choose …</option>
          {roles.data?.rows.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <Field label="Where">{(id) => <PlaceSelect id={id} {...form.register('place')} />}</Field>
      </div>
      <Segmented
        label="Which objects"
        value={reach}
        onChange={(value) => form.setValue('reach', value, { shouldValidate: form.formState.isSubmitted })}
        segments={[
          { value: 'everything', label: 'Everything there' },
          { value: 'some', label: 'Only a scope …' },
        ]}
      />
      {reach === 'some' && <ScopeFields form={form} />}
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField form={form} name="expiry" label="Ends">
          {expiries.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        {expiry === 'date' && <TextField form={form} name="date" label="Last day" type="date" />}
      </div>
      <TextField
        form={form}
        name="reason"
        label="Reason"
        placeholder="on call this week; ticket 42"
        hint="Stands in the trail and beside the grant."
      />
    </>
  );
}

function Preview({ form, who }: { form: UseFormReturn<GrantForm>; who: string }) {
  const values = form.watch();
  const key = JSON.stringify(values);
  // The form gives a new object at each render; the figures are worked out again only when something was typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: key stands for values
  const draft = useMemo(() => draftOf(values, Date.now()), [key]);
  return <GrantPreview who={who} draft={draft} />;
}

/** Apart, since it reads users and teams, which those who only limit a token of their own may not. */
function PreviewOfChosen({ form }: { form: UseFormReturn<GrantForm> }) {
  const name = useSubjectName(form.watch('subject'));
  return <Preview form={form} who={name || 'They'} />;
}
