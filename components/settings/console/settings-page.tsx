'use client';
import type { UseFormReturn } from 'react-hook-form';
import { z } from 'zod';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { CheckboxLine } from '#components/ui/checkbox.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { toast } from '#components/ui/toast.ts';
import { type Settings, settingsSchema } from '#lib/shared/settings.ts';
import { AreaField, FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';
import { changeOf, formOf, type SettingsForm, settingsFormSchema } from './settings-form.ts';

const environmentSchema = z.object({ publicUrl: z.string().optional(), trustedProxies: z.array(z.string()) });
type Environment = z.infer<typeof environmentSchema>;
const answerSchema = z.object({ settings: settingsSchema, environment: environmentSchema });
const savedSchema = answerSchema.pick({ settings: true });

/** Sessions, passwords, the banner, and from where the console may be reached. In force as soon as they are saved. */
export function SettingsPage() {
  const query = useApi('/api/settings', answerSchema);
  return (
    <>
      <PageHeader title="Sessions & passwords" />
      {query.isPending && <p className="py-10 text-center text-ink-faint">Loading …</p>}
      {query.isError && (
        <ErrorState
          title="The settings could not be read"
          error={shownError(query.error)}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>}
        />
      )}
      {query.isSuccess && <SettingsFields settings={query.data.settings} environment={query.data.environment} />}
    </>
  );
}

function SettingsFields({ settings, environment }: { settings: Settings; environment: Environment }) {
  const form = useZodForm(settingsFormSchema, formOf(settings));
  const change = useApiChange(['/api/settings']);
  const submit = onSubmit(form, async (values) => {
    const saved = await change({ method: 'PATCH', path: '/api/settings', body: changeOf(values) });
    form.reset(formOf(savedSchema.parse(saved).settings));
    toast.success('Saved, and in force from now on.');
  });
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Section title="Sessions" intro="Shorter ones also end those that are open.">
        <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
          <TextField
            form={form}
            name="lengthHours"
            label="Length, in hours"
            inputMode="numeric"
            hint="After that one signs in again. 168 is a week."
          />
          <TextField
            form={form}
            name="idleMinutes"
            label="Idle end, in minutes"
            inputMode="numeric"
            placeholder="never"
            hint="After so long without anything done. Empty: never."
          />
        </div>
      </Section>
      <Passwords form={form} />
      <Section
        title="Wrong passwords"
        intro="So many tries are free; each further one waits, twice as long each time, so that nobody guesses on."
      >
        <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
          <TextField form={form} name="freePerPair" label="For one account from one address" inputMode="numeric" />
          <TextField form={form} name="freePerAccount" label="For one account from anywhere" inputMode="numeric" />
          <TextField
            form={form}
            name="freePerAddress"
            label="From one address"
            inputMode="numeric"
            hint="Many people may sit behind one."
          />
          <TextField form={form} name="longestMinutes" label="Longest wait, in minutes" inputMode="numeric" />
        </div>
      </Section>
      <Section title="Banner" intro="Stands on the sign-in page and above every page. Empty: none.">
        <div className="max-w-2xl">
          <TextField
            form={form}
            name="banner"
            label="Text"
            placeholder="Authorised use only. What you do is recorded."
          />
        </div>
      </Section>
      <Section
        title="Origins and proxies"
        intro={
          <>
            What the environment names holds as well and can’t be taken away here:{' '}
            {[environment.publicUrl, ...environment.trustedProxies].filter(Boolean).join(', ') || 'nothing'}.
          </>
        }
      >
        <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
          <AreaField
            form={form}
            name="allowedOrigins"
            label="Other origins"
            placeholder="https://docker.example.com"
            hint="Where the console is reached beside its own address, one a line."
          />
          <AreaField
            form={form}
            name="trustedProxies"
            label="Trusted proxies"
            placeholder="10.0.0.0/8"
            hint="Whose X-Forwarded-For says who comes. Too many, and anybody can claim any address."
          />
        </div>
      </Section>
      <div className="sticky bottom-0 z-10 flex items-center gap-3 border-t bg-canvas px-3 py-2 sm:px-4">
        <div className="min-w-0 flex-1">
          <FormError form={form} />
        </div>
        <Button type="submit" tone="primary" busy={form.formState.isSubmitting} disabled={!form.formState.isDirty}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Passwords({ form }: { form: UseFormReturn<SettingsForm> }) {
  return (
    <Section title="Passwords" intro="For new ones; those that are set go on working.">
      <div className="max-w-sm space-y-2">
        <TextField form={form} name="minLength" label="Least length" inputMode="numeric" />
        <CheckboxLine
          label="Refuse passwords that everybody tries first"
          hint="By a list of the most common ones."
          {...form.register('refuseCommon')}
        />
        <CheckboxLine label="Refuse passwords that hold the name or e-mail" {...form.register('refusePersonal')} />
      </div>
    </Section>
  );
}
