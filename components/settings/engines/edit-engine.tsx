'use client';
import { useState } from 'react';
import type { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { Sheet } from '#components/ui/dialog.tsx';
import { AreaField, FormError, onSubmit, SelectField, TextField, useZodForm } from '../form.tsx';
import { type EngineShown, engineTestSchema } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';
import { engineFormSchema, formOf, inputOf, kinds } from './engine-form-schema.ts';
import { TestResult } from './test-result.tsx';

/** Adds or edits an engine. The test connects once without storing anything, and shows an ssh host's key to confirm. */
export function EditEngine({ engine, onClose }: { engine?: EngineShown; onClose: () => void }) {
  const form = useZodForm(engineFormSchema, formOf(engine));
  const change = useApiChange(['/api/engines']);
  const [result, setResult] = useState<z.infer<typeof engineTestSchema>>();
  const transport = form.watch('transport');
  const kind = kinds.find(({ value }) => value === transport);
  const stored = engine?.transport === transport ? 'Stored; empty: stays as it is.' : undefined;

  const test = onSubmit(form, async (values) => {
    setResult(undefined);
    const answer = await change({
      method: 'POST',
      path: '/api/engines/test',
      body: { ...inputOf(values), id: engine?.id },
    });
    setResult(engineTestSchema.parse(answer));
  });
  const save = onSubmit(form, async (values) => {
    if (engine) await change({ method: 'PATCH', path: `/api/engines/${engine.id}`, body: inputOf(values) });
    else await change({ method: 'POST', path: '/api/engines', body: inputOf(values) });
    onClose();
  });

  return (
    <Sheet
      open
      onOpenChange={onClose}
      title={engine ? `Edit ${engine.name}` : 'Add engine'}
      footer={
        <>
          <Button className="mr-auto" busy={form.formState.isSubmitting} onClick={() => void test()}>
            Test
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="edit-engine" tone="primary" disabled={form.formState.isSubmitting}>
            {engine ? 'Save' : 'Add engine'}
          </Button>
        </>
      }
    >
      <form id="edit-engine" className="space-y-3" onSubmit={(event) => void save(event)}>
        <TextField
          form={form}
          name="name"
          label="Name"
          autoFocus={!engine}
          hint={engine ? 'After a rename the old name goes on working.' : 'Stands in addresses: /docker/<name>'}
        />
        <SelectField form={form} name="transport" label="How we reach it">
          {kinds.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <TextField form={form} name="url" label="Address" placeholder={kind?.example} className="font-mono text-xs" />
        {transport === 'ssh' && (
          <>
            <AreaField
              form={form}
              name="identity"
              label="Private key (OpenSSH or PEM)"
              hint={stored}
              placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
            />
            <TextField
              form={form}
              name="hostKey"
              label="Host key"
              className="font-mono text-xs"
              placeholder="SHA256:…"
              hint="Empty: Test shows the key that the host presents, to compare and pin."
            />
          </>
        )}
        {transport === 'tls' && (
          <>
            <AreaField form={form} name="ca" label="CA certificate (ca.pem)" hint={stored} />
            <AreaField form={form} name="cert" label="Client certificate (cert.pem)" hint={stored} />
            <AreaField form={form} name="key" label="Client key (key.pem)" hint={stored} />
          </>
        )}
        <TextField
          form={form}
          name="tags"
          label="Tags"
          placeholder="production, eu-west-1"
          hint="Grants can be given on a tag."
        />
        <FormError form={form} />
        {result && (
          <TestResult
            result={result}
            pinned={form.watch('hostKey')}
            onPin={(hostKey) => form.setValue('hostKey', hostKey, { shouldDirty: true })}
          />
        )}
      </form>
    </Sheet>
  );
}
