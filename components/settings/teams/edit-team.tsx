'use client';
import { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { type TeamShown, teamSchema } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';

const schema = z.object({
  name: z.string().trim().min(1, 'A team has a name.').max(100, 'At most 100 characters.'),
  description: z.string().max(500, 'At most 500 characters.'),
});

/** Makes a team, or gives one another name. `onClose` gets the id of a new one. */
export function EditTeam({ team, onClose }: { team?: TeamShown; onClose: (createdId?: string) => void }) {
  const form = useZodForm(schema, { name: team?.name ?? '', description: team?.description ?? '' });
  const change = useApiChange(['/api/teams', '/api/users']);
  const submit = onSubmit(form, async (body) => {
    if (team) {
      await change({ method: 'PATCH', path: `/api/teams/${team.id}`, body });
      return onClose();
    }
    onClose(teamSchema.parse(await change({ method: 'POST', path: '/api/teams', body })).id);
  });
  return (
    <Dialog
      open
      onOpenChange={() => onClose()}
      title={team ? `Edit ${team.name}` : 'New team'}
      footer={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button type="submit" form="edit-team" tone="primary" busy={form.formState.isSubmitting}>
            {team ? 'Save' : 'Create team'}
          </Button>
        </>
      }
    >
      <form id="edit-team" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <TextField form={form} name="name" label="Name" placeholder="Shop" autoFocus />
        <TextField form={form} name="description" label="What it is for" placeholder="Runs the shop, day and night" />
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
