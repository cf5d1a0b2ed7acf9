'use client';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { toast } from '#components/ui/toast.ts';
import { settingsSchema } from '#lib/shared/settings.ts';
import { FormError, onSubmit, SelectField, useZodForm } from '../form.tsx';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';

const schema = settingsSchema.pick({ secondFactor: true });
const answerSchema = z.object({ settings: schema.loose() });

/** Who must have a second factor. */
export function SecondFactorRule() {
  const query = useApi('/api/settings', answerSchema);
  return (
    <Section
      title="Second factor"
      intro="Whoever needs one and has none is led to add it before anything else works. API tokens go on working."
    >
      {query.data && <Rule setting={query.data.settings.secondFactor} />}
    </Section>
  );
}

function Rule({ setting }: { setting: z.infer<typeof schema>['secondFactor'] }) {
  const form = useZodForm(schema, { secondFactor: setting });
  const change = useApiChange(['/api/settings']);
  const save = onSubmit(form, async (body) => {
    await change({ method: 'PATCH', path: '/api/settings', body });
    form.reset(body);
    toast.success('In force from now on.');
  });
  return (
    <form className="max-w-sm space-y-3" onSubmit={(event) => void save(event)}>
      <SelectField
        form={form}
        name="secondFactor"
        label="Who needs one"
        hint="It holds at once: also you lose this session until you have given yours."
      >
        <option value="optional">Nobody; people may have one</option>
        <option value="administrators">Whoever manages users, grants, engines or settings</option>
        <option value="everyone">Everybody</option>
      </SelectField>
      <FormError form={form} />
      <Button type="submit" tone="primary" busy={form.formState.isSubmitting} disabled={!form.formState.isDirty}>
        Save
      </Button>
    </form>
  );
}
