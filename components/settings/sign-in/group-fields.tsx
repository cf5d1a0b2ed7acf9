'use client';
import { Plus, X } from 'lucide-react';
import { type UseFormReturn, useFieldArray } from 'react-hook-form';
import { Button } from '#components/ui/button.tsx';
import { Input, Select } from '#components/ui/input.tsx';
import { useTeams } from '../access-data.ts';
import type { ProviderForm } from './provider-form.ts';

/** Which group makes a member of which team. */
export function GroupFields({ form }: { form: UseFormReturn<ProviderForm> }) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'groups' });
  const teams = useTeams().data?.rows;
  const github = form.watch('kind') === 'github';
  const errors = form.formState.errors.groups;
  return (
    <fieldset className="space-y-2 border-t pt-3">
      <legend className="sr-only">Groups and teams</legend>
      <div className="flex items-center gap-2">
        <p className="flex-1 font-medium text-ink-soft text-xs">Groups and the teams they make members of</p>
        <Button size="sm" onClick={() => append({ group: '', teamId: teams?.[0]?.id ?? '' })} disabled={!teams?.length}>
          <Plus aria-hidden="true" /> Add group
        </Button>
      </div>
      {fields.map(({ id }, index) => {
        const error = errors?.[index]?.group?.message ?? errors?.[index]?.teamId?.message;
        return (
          <div key={id}>
            <div className="flex items-center gap-2">
              <Input
                aria-label={`Group ${index + 1}`}
                aria-invalid={!!error}
                placeholder={github ? 'acme/ops' : 'docker-ops'}
                className="font-mono text-xs"
                {...form.register(`groups.${index}.group`)}
              />
              <span aria-hidden="true" className="text-ink-faint">
                →
              </span>
              <Select aria-label={`Team of group ${index + 1}`} {...form.register(`groups.${index}.teamId`)}>
                {teams?.map((team) => (
                  <option key={team.id} value={team.id}>
                    {team.name}
                  </option>
                ))}
              </Select>
              <Button size="icon" tone="quiet" aria-label={`Remove group ${index + 1}`} onClick={() => remove(index)}>
                <X />
              </Button>
            </div>
            {error && (
              <p role="alert" className="text-bad text-xs">
                {error}
              </p>
            )}
          </div>
        );
      })}
      {fields.length === 0 && (
        <p className="text-ink-faint text-xs">
          {teams?.length === 0 ? 'Make a team first; then a group can lead to it.' : 'None: nobody gets a team by it.'}
        </p>
      )}
    </fieldset>
  );
}
