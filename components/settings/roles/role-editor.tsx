'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { CheckboxLine } from '#components/ui/checkbox.tsx';
import { toast } from '#components/ui/toast.ts';
import { formatCount } from '#lib/shared/format.ts';
import type { Operation } from '#lib/shared/operations.ts';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { type RoleShown, roleSchema } from '../schemas.ts';
import { Section } from '../section.tsx';
import { useApiChange } from '../use-api.ts';
import { OperationTable } from './operation-table.tsx';
import { PatternList } from './pattern-list.tsx';
import { operationsOf, withOperations, withoutOperations } from './patterns.ts';

const schema = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'Lower-case letters, digits and hyphens; at most 63.'),
  description: z.string().max(500, 'At most 500 characters.'),
});

interface RoleEditorProps {
  /** The role that is changed; absent: a new one. */
  role?: RoleShown;
  /** What a new one begins with. */
  start?: RoleShown;
  /** A built-in role: shown, not changed. */
  fixed?: boolean;
}

/** A role by its operations, grouped in people's words, beside the built-in roles. */
export function RoleEditor({ role, start, fixed = false }: RoleEditorProps) {
  const from = role ?? start;
  const router = useRouter();
  const change = useApiChange(['/api/roles', '/api/grants']);
  const form = useZodForm(schema, {
    name: role?.name ?? (start ? `${start.name}-2` : ''),
    description: from?.description ?? '',
  });
  const [patterns, setPatterns] = useState<readonly string[]>(from?.patterns ?? []);
  const [flags, setFlags] = useState({
    hostAccess: from?.hostAccess ?? false,
    seeSecrets: from?.seeSecrets ?? false,
  });
  const operations = operationsOf(patterns);
  const set = (changed: readonly Operation[], checked: boolean) =>
    setPatterns(checked ? withOperations(patterns, changed) : withoutOperations(patterns, changed));
  const submit = onSubmit(form, async (values) => {
    const body = { ...values, patterns, ...flags };
    const path = role ? (`/api/roles/${encodeURIComponent(role.name)}` as const) : '/api/roles';
    const saved = roleSchema.parse(await change({ method: role ? 'PATCH' : 'POST', path, body }));
    toast.success(role ? 'Saved. It holds from now on, for everybody who has the role.' : 'The role is there.');
    if (saved.name !== role?.name) router.push(`/settings/roles/${encodeURIComponent(saved.name)}`);
  });
  return (
    <form onSubmit={(event) => void submit(event)}>
      {!fixed && (
        <Section title="Name">
          <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
            <TextField form={form} name="name" label="Name" placeholder="night-shift" autoFocus={!role} />
            <TextField form={form} name="description" label="In one sentence" placeholder="Restarts what hangs." />
          </div>
        </Section>
      )}
      <Section
        title={`Operations (${operations.size})`}
        intro={
          fixed
            ? role?.description
            : 'Tick a group, or open it and tick what it holds. The columns show where the built-in roles stand.'
        }
      >
        <OperationTable operations={operations} onChange={fixed ? undefined : set} />
        {!fixed && <PatternList patterns={patterns} onChange={setPatterns} />}
      </Section>
      <Section title="And two rights that no operation carries by itself">
        <CheckboxLine
          label="Host access"
          hint="May ask for what makes a container equal to root on its host: privileged, host paths and namespaces, devices, added capabilities. Without it such requests are refused."
          checked={flags.hostAccess}
          disabled={fixed}
          onChange={(event) => setFlags({ ...flags, hostAccess: event.target.checked })}
        />
        <CheckboxLine
          label="See secrets"
          hint="Environment values, labels that look like secrets and build arguments are shown. Without it they are masked everywhere."
          checked={flags.seeSecrets}
          disabled={fixed}
          onChange={(event) => setFlags({ ...flags, seeSecrets: event.target.checked })}
        />
      </Section>
      {!fixed && (
        <div className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 border-t bg-canvas px-3 py-2 sm:px-4">
          <div className="min-w-0 flex-1">
            <FormError form={form} />
            {role && role.grants > 0 && (
              <p className="text-ink-soft text-xs">
                {formatCount(role.grants, 'grant')} {role.grants === 1 ? 'names' : 'name'} this role: what it loses ends
                within a second.
              </p>
            )}
          </div>
          <Button type="submit" tone="primary" busy={form.formState.isSubmitting}>
            {role ? 'Save role' : 'Create role'}
          </Button>
        </div>
      )}
    </form>
  );
}
