'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { formatCount } from '#lib/shared/format.ts';
import { PlainTable, RowButtons } from '../plain-table.tsx';
import { rowsOf } from '../schemas.ts';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';
import { EditProvider } from './edit-provider.tsx';
import { LocalSignIn } from './local-sign-in.tsx';
import { kindLabels, type Provider, providerSchema, providersPath } from './provider-form.ts';
import { SecondFactorRule } from './second-factor-rule.tsx';

/** How people get in: identity providers, who needs a second factor, who may use a password. */
export function SignInPage({ origin }: { origin: string }) {
  return (
    <>
      <PageHeader title="Providers & factors" />
      <ProvidersSection origin={origin} />
      <SecondFactorRule />
      <LocalSignIn />
    </>
  );
}

function ProvidersSection({ origin }: { origin: string }) {
  const query = useApi(providersPath, rowsOf(providerSchema));
  const change = useApiChange([providersPath, '/api/teams']);
  const [editing, setEditing] = useState<Provider | 'new'>();
  const [removing, setRemoving] = useState<Provider>();
  return (
    <Section
      title="Identity providers"
      intro="People sign in with the account that they have already; the groups they are in there put them into teams here, at every sign-in."
      actions={
        <Button tone="primary" onClick={() => setEditing('new')}>
          <Plus aria-hidden="true" /> Add provider
        </Button>
      }
    >
      <PlainTable
        label="Identity providers"
        query={query}
        rowKey={({ id }) => id}
        empty="None yet. Add your company's OpenID provider, Google or GitHub."
        columns={[
          { label: 'Name', cell: ({ name }) => name },
          { label: 'Kind', cell: ({ kind }) => kindLabels[kind], wide: true },
          {
            label: 'Address',
            cell: ({ url }) => <code className="break-all font-mono text-xs">{url}</code>,
            wide: true,
          },
          {
            label: 'Groups',
            cell: ({ groups }) => (groups.length === 0 ? 'none' : formatCount(groups.length, 'group')),
          },
          {
            label: 'State',
            cell: ({ enabled }) => (enabled ? <Badge tone="ok">on</Badge> : <Badge>off</Badge>),
            wide: true,
          },
          {
            label: '',
            className: 'whitespace-nowrap text-right',
            cell: (row) => <RowButtons onEdit={() => setEditing(row)} onRemove={() => setRemoving(row)} />,
          },
        ]}
      />
      {editing && (
        <EditProvider
          provider={editing === 'new' ? undefined : editing}
          origin={origin}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing && (
        <ConfirmDialog
          open
          danger
          onOpenChange={() => setRemoving(undefined)}
          title={`Remove ${removing.name}?`}
          confirmLabel="Remove"
          typeToConfirm={removing.id}
          onConfirm={async () => {
            await change({ method: 'DELETE', path: `${providersPath}/${removing.id}` });
          }}
        >
          Nobody signs in by it any more, what its groups gave goes at once, and who has no password is locked out.
          Sessions that are open stay until they end.
        </ConfirmDialog>
      )}
    </Section>
  );
}
