'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { rowsOf, type TokenShown, tokenSchema } from '../schemas.ts';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';
import { CreateToken } from './create-token.tsx';

const schema = rowsOf(tokenSchema);

export function TokensSection() {
  const query = useApi('/api/tokens', schema);
  const change = useApiChange(['/api/tokens']);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<TokenShown>();
  return (
    <Section
      title="API tokens"
      intro="For the docker CLI, compose and scripts. A token may do what you may do, no more; what it does stands in the trail under its name."
      actions={
        <Button tone="primary" onClick={() => setCreating(true)}>
          <Plus /> New token
        </Button>
      }
    >
      <PlainTable
        label="API tokens"
        query={query}
        rowKey={({ id }) => id}
        empty="No tokens yet."
        columns={[
          { label: 'Name', cell: (row) => row.name },
          {
            label: 'Token',
            cell: (row) => <code className="font-mono text-ink-soft text-xs">{row.hint}…</code>,
            wide: true,
          },
          { label: 'Last used', cell: (row) => (row.lastUsedAt ? <RelativeTime at={row.lastUsedAt} /> : 'never') },
          {
            label: 'Expires',
            cell: (row) => (row.expiresAt ? <RelativeTime at={row.expiresAt} /> : 'never'),
            wide: true,
          },
          {
            label: '',
            className: 'text-right',
            cell: (row) => (
              <Button size="sm" onClick={() => setRevoking(row)}>
                Revoke
              </Button>
            ),
          },
        ]}
      />
      {creating && <CreateToken onClose={() => setCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          open
          danger
          onOpenChange={() => setRevoking(undefined)}
          title={`Revoke ${revoking.name}?`}
          confirmLabel="Revoke"
          onConfirm={async () => {
            await change({ method: 'DELETE', path: `/api/tokens/${revoking.id}` });
          }}
        >
          Whatever uses it is refused from now on, and its open streams end within a second. It can't be brought back.
        </ConfirmDialog>
      )}
    </Section>
  );
}
