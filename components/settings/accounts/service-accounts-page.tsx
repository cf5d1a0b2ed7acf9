'use client';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { z } from 'zod';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { useGrants, useServiceAccounts } from '../access-data.ts';
import { FormError, onSubmit, TextField, useZodForm } from '../form.tsx';
import { PlainTable } from '../plain-table.tsx';
import { userSchema } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';
import { TeamLinks } from '../users/team-links.tsx';

/** Accounts of machines: no password and no sign-in, only tokens. */
export function ServiceAccountsPage() {
  const query = useServiceAccounts();
  const grants = useGrants().data?.rows;
  const router = useRouter();
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHeader
        title="Service accounts"
        meta={query.data && `${query.data.rows.length}`}
        actions={
          <Button tone="primary" onClick={() => setCreating(true)}>
            <Plus /> New service account
          </Button>
        }
      />
      <div className="px-3 pb-6 sm:px-4">
        <PlainTable
          label="Service accounts"
          query={query}
          rowKey={({ id }) => id}
          empty="No service accounts yet. Make one for each machine that deploys or watches: its tokens stay when a person leaves, and the trail names the machine."
          onOpen={(row) => router.push(`/settings/service-accounts/${row.id}`)}
          columns={[
            {
              label: 'Account',
              cell: (row) => (
                <Link href={`/settings/service-accounts/${row.id}`} className="block py-1 font-medium hover:underline">
                  {row.email}
                </Link>
              ),
            },
            { label: 'For', wide: true, cell: (row) => <span className="text-ink-soft">{row.name}</span> },
            { label: 'Teams', wide: true, cell: (row) => <TeamLinks teams={row.teams} /> },
            {
              label: 'Grants',
              cell: (row) => grants?.filter((each) => each.subjectKind === 'user' && each.subjectId === row.id).length,
            },
            {
              label: 'State',
              cell: (row) => (row.disabled ? <Badge tone="bad">disabled</Badge> : <Badge tone="ok">active</Badge>),
            },
            {
              label: 'Last seen',
              wide: true,
              cell: (row) => (row.lastSeenAt ? <RelativeTime at={row.lastSeenAt} /> : 'never'),
            },
          ]}
        />
      </div>
      {creating && (
        <CreateServiceAccount
          onClose={(id) => {
            setCreating(false);
            if (id) router.push(`/settings/service-accounts/${id}`);
          }}
        />
      )}
    </>
  );
}

const schema = z.object({
  name: z.string().trim().min(1, 'It has a name.').max(100, 'At most 100 characters.'),
  description: z.string().max(500, 'At most 500 characters.'),
});

function CreateServiceAccount({ onClose }: { onClose: (createdId?: string) => void }) {
  const form = useZodForm(schema, { name: '', description: '' });
  const change = useApiChange(['/api/service-accounts']);
  const submit = onSubmit(form, async (body) => {
    onClose(userSchema.parse(await change({ method: 'POST', path: '/api/service-accounts', body })).id);
  });
  return (
    <Dialog
      open
      onOpenChange={() => onClose()}
      title="New service account"
      footer={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button type="submit" form="create-service" tone="primary" busy={form.formState.isSubmitting}>
            Create
          </Button>
        </>
      }
    >
      <form id="create-service" className="space-y-3" onSubmit={(event) => void submit(event)}>
        <TextField form={form} name="name" label="Name" placeholder="ci-shop" autoFocus />
        <TextField form={form} name="description" label="What it is for" placeholder="Deploys the shop from CI" />
        <FormError form={form} />
      </form>
    </Dialog>
  );
}
