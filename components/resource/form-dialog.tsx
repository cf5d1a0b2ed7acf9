'use client';
import { useState } from 'react';
import { CheckboxLine } from '#components/ui/checkbox.tsx';
import { CommandLine } from '#components/ui/command-line.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Select, Textarea } from '#components/ui/input.tsx';
import type { ActionForm, FormField, FormValue, FormValues } from './descriptor.ts';

export interface FormDialogProps {
  form: ActionForm;
  danger: boolean;
  /** The docker commands that do the same, given the fields as they are. */
  commands: (values: FormValues) => readonly string[];
  onSubmit: (values: FormValues) => Promise<void>;
  onClose: () => void;
}

const commandsShown = 6;

/** What an action asks before it starts: fields, what will be lost, and the docker command that would do the same. */
export function FormDialog({ form, danger, commands, onSubmit, onClose }: FormDialogProps) {
  const [values, setValues] = useState<FormValues>(() =>
    Object.fromEntries(form.fields.map((field) => [field.name, field.initial])),
  );
  const set = (name: string, value: FormValue) => setValues((before) => ({ ...before, [name]: value }));
  const shown = form.fields.filter((field) => field.when?.(values) ?? true);
  const unfinished = shown.some((field) => fieldProblem(field, values[field.name]));
  const refused = unfinished ? undefined : form.check?.(values);
  const problem = unfinished || refused !== undefined;
  const lines = problem ? [] : commands(values);
  const { Preview } = form;

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={form.title}
      confirmLabel={form.confirmLabel}
      onConfirm={() => onSubmit(values)}
      danger={danger}
      typeToConfirm={form.typeToConfirm}
      disabled={problem}
      note={<Commands lines={lines} />}
    >
      {form.intro && <div className="text-ink-soft">{form.intro}</div>}
      {form.losses && form.losses.length > 0 && <Losses losses={form.losses} />}
      {shown.map((field) => (
        <FieldOf
          key={field.name}
          field={field}
          value={values[field.name]}
          onChange={(value) => set(field.name, value)}
        />
      ))}
      {Preview && !unfinished && <Preview values={values} />}
      {refused && <p className="text-ink-soft text-xs">{refused}</p>}
    </ConfirmDialog>
  );
}

function Losses({ losses }: { losses: readonly string[] }) {
  return (
    <ul className="max-h-48 list-disc space-y-0.5 overflow-y-auto rounded-md bg-bad-bg py-2 pr-3 pl-7 text-bad">
      {losses.map((loss) => (
        <li key={loss} className="break-words">
          {loss}
        </li>
      ))}
    </ul>
  );
}

function Commands({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  const more = lines.length - commandsShown;
  const shown = more > 0 ? [...lines.slice(0, commandsShown), `# and ${more} more like these`] : lines;
  return <CommandLine command={shown.join('\n')} />;
}

function fieldProblem(field: FormField, value: FormValue | undefined): string | undefined {
  if ((field.kind === 'text' || field.kind === 'lines') && typeof value === 'string')
    return field.check?.(value.trim());
  if (field.kind === 'engines' && typeof value === 'object' && value.length === 0) return 'Choose an engine.';
  return undefined;
}

function FieldOf(props: { field: FormField; value: FormValue | undefined; onChange: (value: FormValue) => void }) {
  const { field, value, onChange } = props;
  const text = typeof value === 'string' ? value : '';
  const problem = fieldProblem(field, value);
  // Not shouted at somebody who has not typed yet.
  const error = text === '' ? undefined : problem;
  if (field.kind === 'check')
    return (
      <CheckboxLine
        label={field.label}
        hint={field.hint}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  if (field.kind === 'engines')
    return <EnginesField field={field} value={typeof value === 'object' ? value : []} onChange={onChange} />;
  return (
    <Field label={field.label} hint={field.hint} error={error}>
      {(id, note) => {
        const common = { id, value: text, 'aria-describedby': note, 'aria-invalid': error ? true : undefined };
        if (field.kind === 'select')
          return (
            <Select {...common} onChange={(event) => onChange(event.target.value)}>
              {field.options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </Select>
          );
        if (field.kind === 'lines')
          return (
            <Textarea {...common} placeholder={field.placeholder} onChange={(event) => onChange(event.target.value)} />
          );
        return (
          <Input
            {...common}
            className={field.mono ? 'font-mono text-xs' : undefined}
            placeholder={field.placeholder}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }}
    </Field>
  );
}

function EnginesField(props: {
  field: Extract<FormField, { kind: 'engines' }>;
  value: readonly string[];
  onChange: (value: readonly string[]) => void;
}) {
  const { field, value, onChange } = props;
  if (field.single || field.options.length === 1)
    return (
      <Field label={field.label} hint={field.hint}>
        {(id) => (
          <Select id={id} value={value[0] ?? ''} onChange={(event) => onChange([event.target.value])}>
            {field.options.map((engine) => (
              <option key={engine}>{engine}</option>
            ))}
          </Select>
        )}
      </Field>
    );
  return (
    <fieldset className="space-y-1">
      <legend className="font-medium text-ink-soft text-xs">{field.label}</legend>
      <div className="grid max-h-40 grid-cols-2 gap-x-3 overflow-y-auto rounded-md border px-2.5 py-1">
        {field.options.map((engine) => (
          <CheckboxLine
            key={engine}
            label={<span className="break-all">{engine}</span>}
            checked={value.includes(engine)}
            onChange={(event) =>
              onChange(event.target.checked ? [...value, engine] : value.filter((other) => other !== engine))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
