'use client';
import { z } from 'zod';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { toast } from '#components/ui/toast.ts';
import type { TrailSettings } from '#lib/shared/trail.ts';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { Section } from '../section.tsx';
import { RecordingRules } from './recording-rules.tsx';
import { SinksSection } from './sinks-section.tsx';
import { useTrail, useTrailChange } from './trail-data.ts';

/** How long the trail is kept, where it is told, and whose terminals are recorded. */
export function TrailPage() {
  const query = useTrail();
  return (
    <>
      <PageHeader title="Retention & sinks" />
      {query.isPending && <p className="py-10 text-center text-ink-faint">Loading …</p>}
      {query.isError && (
        <ErrorState
          title="The settings could not be read"
          error={shownError(query.error)}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>}
        />
      )}
      {query.isSuccess && (
        <>
          <SinksSection answer={query.data} onRefresh={() => void query.refetch()} />
          <RecordingRules settings={query.data.settings} />
          <RetentionSection settings={query.data.settings} />
        </>
      )}
    </>
  );
}

const days = z
  .string()
  .trim()
  .regex(/^([1-9]\d{0,4})?$/, 'A number of days, or nothing.');
const retentionSchema = z.object({ records: days, recordings: days });
const toDays = (text: string) => (text === '' ? null : Number(text));

function RetentionSection({ settings }: { settings: TrailSettings }) {
  const form = useZodForm(retentionSchema, {
    records: String(settings.retentionDays ?? ''),
    recordings: String(settings.recordingDays ?? ''),
  });
  const change = useTrailChange();
  const submit = onSubmit(form, async (values) => {
    await change({ retentionDays: toDays(values.records), recordingDays: toDays(values.recordings) });
    form.reset(values);
    toast.success('Saved. What is older is removed within the hour.');
  });
  return (
    <Section
      title="Retention"
      intro="What is older is removed every hour, and the chain goes on from there: verify still finds what is changed in the rest."
    >
      <form className="max-w-2xl space-y-3" onSubmit={(event) => void submit(event)}>
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            form={form}
            name="records"
            label="Keep records, in days"
            inputMode="numeric"
            placeholder="for ever"
            hint="Empty: for ever. 365 is a year."
          />
          <TextField
            form={form}
            name="recordings"
            label="Keep recordings, in days"
            inputMode="numeric"
            placeholder="for ever"
          />
        </div>
        <FormError form={form} />
        <Button type="submit" tone="primary" busy={form.formState.isSubmitting} disabled={!form.formState.isDirty}>
          Save
        </Button>
      </form>
    </Section>
  );
}
