'use client';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { useTimed } from '#components/ui/clock.ts';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { formatCount } from '#lib/shared/format.ts';
import { GrantList } from '../grants/grant-list.tsx';
import { PlainTable } from '../plain-table.tsx';
import { rowsOf, type TokenShown, tokenSchema } from '../schemas.ts';
import { useApi, useApiChange } from '../use-api.ts';

const schema = rowsOf(tokenSchema);

/** Tokens with their limits, last use and end, to revoke. `path` lists them. */
export function TokensTable({ path, who }: { path: `/api/${string}`; who: string }) {
  const query = useApi(path, schema);
  const change = useApiChange(['/api/tokens', path]);
  const [revoking, setRevoking] = useState<TokenShown>();
  const [open, setOpen] = useState<TokenShown>();
  return (
    <>
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
          {
            label: 'May',
            cell: (row) =>
              row.limited ? (
                <Button size="sm" tone="quiet" className="-ml-2" onClick={() => setOpen(row)}>
                  {row.grants.length === 0 ? 'nothing' : `only ${formatCount(row.grants.length, 'grant')}`}
                </Button>
              ) : (
                <span className="text-ink-soft">what {who === 'You' ? 'you may' : 'its owner may'}</span>
              ),
          },
          { label: 'Last used', cell: (row) => (row.lastUsedAt ? <RelativeTime at={row.lastUsedAt} /> : 'never') },
          { label: 'Expires', wide: true, cell: (row) => <TokenEnd at={row.expiresAt} /> },
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
      {open && (
        <Dialog
          open
          wide
          onOpenChange={() => setOpen(undefined)}
          title={`What ${open.name} may do`}
          description="And of that only what its owner may do at the time of use."
        >
          <GrantList fixed grants={open.grants} who="It" empty="Nothing: its last grant was taken away." />
        </Dialog>
      )}
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
    </>
  );
}

function TokenEnd({ at }: { at: number | undefined }) {
  const ended = useTimed((now) => at !== undefined && now >= at, false);
  if (at === undefined) return 'never';
  return ended ? <Badge tone="warn">expired</Badge> : <RelativeTime at={at} />;
}
