'use client';
import { useState } from 'react';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { CheckboxLine } from '#components/ui/checkbox.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { useTeams } from '../access-data.ts';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { DraftList } from '../grants/draft-list.tsx';
import type { GrantDraft } from '../grants/grant-draft.ts';
import { OneTimeLink } from '../one-time-link.tsx';
import { useApiChange } from '../use-api.ts';

const schema = z.object({
  email: z.email('An e-mail address.'),
  name: z.string().trim().max(100, 'At most 100 characters.'),
});
/** What the API tells once: the link, and until when it works. */
export const madeLinkSchema = z.object({ url: z.string(), link: z.object({ expiresAt: z.number() }) });

/** E-mail, teams and first grants; then the link by which the person comes in and chooses a password. */
export function InviteDialog({ teamId, onClose }: { teamId?: string; onClose: () => void }) {
  const form = useZodForm(schema, { email: '', name: '' });
  const change = useApiChange(['/api/invitations']);
  const allTeams = useTeams().data?.rows ?? [];
  const [teams, setTeams] = useState<readonly string[]>(teamId ? [teamId] : []);
  const [grants, setGrants] = useState<GrantDraft[]>([]);
  const [made, setMade] = useState<z.infer<typeof madeLinkSchema>>();
  const [email, name] = form.watch(['email', 'name']);
  const submit = onSubmit(form, async (values) => {
    const body = { email: values.email, ...(values.name ? { name: values.name } : {}), teams, grants };
    setMade(madeLinkSchema.parse(await change({ method: 'POST', path: '/api/invitations', body })));
  });
  if (made)
    return (
      <OneTimeLink title={`Invitation for ${email}`} text={made.url} expiresAt={made.link.expiresAt} onClose={onClose}>
        Send it to the person by a way that you trust: whoever opens it first chooses the password.
      </OneTimeLink>
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Invite"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="invite" tone="primary" busy={form.formState.isSubmitting}>
            Make the link
          </Button>
        </>
      }
    >
      <form id="invite" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <TextField form={form} name="email" label="E-mail" type="email" autoFocus />
        <TextField form={form} name="name" label="Name" hint="The person can change it." />
        {allTeams.length > 0 && (
          <fieldset>
            <legend className="font-medium text-ink-soft text-xs">Teams</legend>
            <div className="grid max-h-40 grid-cols-2 gap-x-3 overflow-y-auto rounded-md border px-2.5 py-1">
              {allTeams.map((team) => (
                <CheckboxLine
                  key={team.id}
                  label={<span className="break-all">{team.name}</span>}
                  checked={teams.includes(team.id)}
                  onChange={(event) =>
                    setTeams(event.target.checked ? [...teams, team.id] : teams.filter((id) => id !== team.id))
                  }
                />
              ))}
            </div>
          </fieldset>
        )}
        <DraftList
          label="Grants of their own"
          hint={
            teams.length > 0
              ? 'Beside those of the teams.'
              : 'Without a team and without a grant the person sees nothing.'
          }
          who={name || email || 'They'}
          drafts={grants}
          onChange={setGrants}
          title="Add a grant"
          confirmLabel="Add"
        />
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
