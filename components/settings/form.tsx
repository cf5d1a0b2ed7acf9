'use client';
import { zodResolver } from '@hookform/resolvers/zod';
import type { ComponentProps, ReactNode } from 'react';
import { type FieldPath, type FieldValues, type UseFormReturn, useForm } from 'react-hook-form';
import type { z } from 'zod';
import { shownError } from '#components/live/errors.ts';
import { AuditId } from '#components/ui/error-state.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Select, Textarea } from '#components/ui/input.tsx';

/** A form over a zod schema; `submit` may throw, and what it throws stands over the buttons. */
export function useZodForm<Values extends FieldValues>(schema: z.ZodType<Values, Values>, defaultValues: Values) {
  return useForm<Values>({ resolver: zodResolver(schema), defaultValues: defaultValues as never, mode: 'onTouched' });
}

/** Runs the change; an error goes to the form's root, so that nothing typed is lost. */
export function onSubmit<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  work: (values: Values) => Promise<void>,
) {
  return form.handleSubmit(async (values) => {
    try {
      await work(values);
    } catch (error) {
      const { message, auditId } = shownError(error);
      form.setError('root', { message, type: auditId });
    }
  });
}

interface FieldProps<Values extends FieldValues> {
  form: UseFormReturn<Values>;
  name: FieldPath<Values>;
  label: string;
  hint?: ReactNode;
}

export function TextField<Values extends FieldValues>(
  props: FieldProps<Values> & Omit<ComponentProps<'input'>, 'form' | 'name'>,
) {
  const { form, name, label, hint, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={form.getFieldState(name, form.formState).error?.message}>
      {(id, note) => <Input id={id} aria-describedby={note} {...rest} {...form.register(name)} />}
    </Field>
  );
}

export function AreaField<Values extends FieldValues>(
  props: FieldProps<Values> & Omit<ComponentProps<'textarea'>, 'form' | 'name'>,
) {
  const { form, name, label, hint, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={form.getFieldState(name, form.formState).error?.message}>
      {(id, note) => <Textarea id={id} aria-describedby={note} {...rest} {...form.register(name)} />}
    </Field>
  );
}

export function SelectField<Values extends FieldValues>(
  props: FieldProps<Values> & Omit<ComponentProps<'select'>, 'form' | 'name'>,
) {
  const { form, name, label, hint, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={form.getFieldState(name, form.formState).error?.message}>
      {(id, note) => <Select id={id} aria-describedby={note} {...rest} {...form.register(name)} />}
    </Field>
  );
}

export function FormError<Values extends FieldValues>({ form }: { form: UseFormReturn<Values> }) {
  const { root } = form.formState.errors;
  if (!root?.message) return null;
  return (
    <div role="alert" className="break-words rounded-md bg-bad-bg px-3 py-2 text-bad">
      {root.message}
      <AuditId id={typeof root.type === 'string' && root.type ? root.type : undefined} />
    </div>
  );
}
