'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { PlainTable, RowButtons } from '../plain-table.tsx';
import { type RegistryShown, registrySchema, rowsOf } from '../schemas.ts';
import { useApi, useApiChange } from '../use-api.ts';
import { EditRegistry } from './edit-registry.tsx';

const schema = rowsOf(registrySchema);

/** Credentials of private registries: used by the door, never shown. */
export function RegistriesPage() {
  const query = useApi('/api/registries', schema);
  const change = useApiChange(['/api/registries']);
  const [editing, setEditing] = useState<RegistryShown | 'new'>();
  const [removing, setRemoving] = useState<RegistryShown>();
  return (
    <>
      <PageHeader
        title="Registries"
        actions={
          <Button tone="primary" onClick={() => setEditing('new')}>
            <Plus /> Add registry
          </Button>
        }
      />
      <div className="space-y-3 px-3 pb-4 sm:px-4">
        <p className="max-w-2xl text-ink-soft">
          The door signs pulls and pushes with these for whoever may pull or push. They are stored encrypted and never
          leave the server; somebody who sends credentials of their own (docker login) is served with those.
        </p>
        <PlainTable
          label="Registries"
          query={query}
          rowKey={({ id }) => id}
          empty="No credentials stored. Public images need none."
          columns={[
            { label: 'Registry', cell: (row) => <code className="font-mono text-xs">{row.address}</code> },
            { label: 'User', cell: (row) => row.username },
            { label: 'Added', cell: (row) => <RelativeTime at={row.createdAt} />, wide: true },
            {
              label: '',
              className: 'text-right whitespace-nowrap',
              cell: (row) => <RowButtons onEdit={() => setEditing(row)} onRemove={() => setRemoving(row)} />,
            },
          ]}
        />
      </div>
      {editing && (
        <EditRegistry registry={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      )}
      {removing && (
        <ConfirmDialog
          open
          danger
          onOpenChange={() => setRemoving(undefined)}
          title={`Remove the credentials of ${removing.address}?`}
          confirmLabel="Remove"
          onConfirm={async () => {
            await change({ method: 'DELETE', path: `/api/registries/${removing.id}` });
          }}
        >
          Pulls and pushes there go without credentials from now on.
        </ConfirmDialog>
      )}
    </>
  );
}
