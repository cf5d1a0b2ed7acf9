'use client';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { CheckboxLine } from '#components/ui/checkbox.tsx';
import { toast } from '#components/ui/toast.ts';
import { useUsers } from '../access-data.ts';
import { FormError, onSubmit, SelectField, useZodForm } from '../form.tsx';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';

const path = '/api/sign-in/policy';
const schema = z.object({ passwords: z.enum(['everyone', 'listed']), breakGlass: z.array(z.string()) });
type Policy = z.infer<typeof schema>;

/** Whether the console's own passwords and passkeys open anything, or the providers alone. */
export function LocalSignIn() {
  const query = useApi(path, schema);
  return (
    <Section
      title="Passwords"
      intro="With an identity provider, passwords and lone passkeys can be left to the few who must get in when it is down."
    >
      {query.data && <Fields policy={query.data} />}
    </Section>
  );
}

function Fields({ policy }: { policy: Policy }) {
  const form = useZodForm(schema, policy);
  const change = useApiChange([path]);
  const users = useUsers().data?.rows.filter(({ disabled }) => !disabled);
  const { passwords, breakGlass } = form.watch();
  const save = onSubmit(form, async (body) => {
    await change({ method: 'PATCH', path, body });
    form.reset(body);
    toast.success('In force from the next sign-in on.');
  });
  const toggle = (id: string, on: boolean) =>
    form.setValue('breakGlass', on ? [...breakGlass, id] : breakGlass.filter((each) => each !== id), {
      shouldDirty: true,
    });
  return (
    <form className="max-w-sm space-y-3" onSubmit={(event) => void save(event)}>
      <SelectField form={form} name="passwords" label="Who may sign in by password">
        <option value="everyone">Everybody who has one</option>
        <option value="listed">Only these administrators</option>
      </SelectField>
      {passwords === 'listed' && (
        <fieldset className="max-h-56 overflow-y-auto rounded-md border px-3 py-1.5">
          <legend className="sr-only">Administrators who may</legend>
          {users?.map(({ id, email }) => (
            <CheckboxLine
              key={id}
              label={<span className="break-all">{email}</span>}
              checked={breakGlass.includes(id)}
              onChange={(event) => toggle(id, event.target.checked)}
            />
          ))}
        </fieldset>
      )}
      <FormError form={form} />
      <Button type="submit" tone="primary" busy={form.formState.isSubmitting} disabled={!form.formState.isDirty}>
        Save
      </Button>
    </form>
  );
}
