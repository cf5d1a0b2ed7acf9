'use client';
import type { UseFormReturn } from 'react-hook-form';
import { useServiceAccounts, useTeams, useUsers } from '../access-data.ts';
import { SelectField } from '../form.tsx';
import type { GrantForm } from './grant-draft.ts';

/** Who gets the grant: a team first, since a grant to one outlives who comes and goes. */
export function SubjectField({ form }: { form: UseFormReturn<GrantForm> }) {
  const users = useUsers().data?.rows ?? [];
  const teams = useTeams().data?.rows ?? [];
  const services = useServiceAccounts().data?.rows ?? [];
  return (
    <SelectField form={form} name="subject" label="Who">
      <option value="">Choose …</option>
      {teams.length > 0 && (
        <optgroup label="Teams">
          {teams.map(({ id, name }) => (
            <option key={id} value={`team:${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
      )}
      <optgroup label="Users">
        {users.map(({ id, name, email }) => (
          <option key={id} value={`user:${id}`}>
            {name ? `${name} (${email})` : email}
          </option>
        ))}
      </optgroup>
      {services.length > 0 && (
        <optgroup label="Service accounts">
          {services.map(({ id, email }) => (
            <option key={id} value={`user:${id}`}>
              {email}
            </option>
          ))}
        </optgroup>
      )}
    </SelectField>
  );
}

/** The name of `user:<id>` or `team:<id>`; '' while nobody is chosen. */
export function useSubjectName(subject: string): string {
  const users = useUsers().data?.rows ?? [];
  const services = useServiceAccounts().data?.rows ?? [];
  const teams = useTeams().data?.rows ?? [];
  const [kind, id] = subject.split(':');
  if (kind === 'team') {
    const team = teams.find((each) => each.id === id);
    return team ? `Team ${team.name}` : '';
  }
  const user = users.find((each) => each.id === id);
  if (user) return user.name || user.email;
  return services.find((each) => each.id === id)?.email ?? '';
}
