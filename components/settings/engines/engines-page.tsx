'use client';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useEngines } from '#components/live/inventory-store.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { PlainTable, RowButtons } from '../plain-table.tsx';
import { type EngineShown, engineSchema, rowsOf } from '../schemas.ts';
import { useApi, useApiChange } from '../use-api.ts';
import { EditEngine } from './edit-engine.tsx';
import { EngineStateBadge } from './engine-state-badge.tsx';

const schema = rowsOf(engineSchema);

/** The engines that this console steers: where they are, how we reach them, whether they answer. */
export function EnginesPage() {
  const query = useApi('/api/engines', schema);
  const change = useApiChange(['/api/engines']);
  const statuses = useEngines();
  const [editing, setEditing] = useState<EngineShown | 'new'>();
  const [removing, setRemoving] = useState<EngineShown>();
  return (
    <>
      <PageHeader
        title="Engines"
        actions={
          <Button tone="primary" onClick={() => setEditing('new')}>
            <Plus /> Add engine
          </Button>
        }
      />
      <div className="px-3 pb-4 sm:px-4">
        <PlainTable
          label="Engines"
          query={query}
          rowKey={({ id }) => id}
          empty="No engines yet: add the first one."
          columns={[
            {
              label: 'Name',
              cell: (row) => (
                <span className="flex flex-wrap items-center gap-1.5 py-1">
                  <Link href={`/engines/${row.name}`} className="font-medium hover:underline">
                    {row.name}
                  </Link>
                  {row.tags.map((tag) => (
                    <Badge key={tag}>{tag}</Badge>
                  ))}
                  {row.aliases.length > 0 && (
                    <span className="text-ink-faint text-xs">also {row.aliases.join(', ')}</span>
                  )}
                </span>
              ),
            },
            {
              label: 'Address',
              wide: true,
              cell: (row) => <code className="break-all font-mono text-xs">{row.url}</code>,
            },
            { label: 'State', cell: (row) => <EngineStateBadge status={statuses?.find(({ id }) => id === row.id)} /> },
            {
              label: '',
              className: 'text-right whitespace-nowrap',
              cell: (row) => <RowButtons onEdit={() => setEditing(row)} onRemove={() => setRemoving(row)} />,
            },
          ]}
        />
      </div>
      {editing && <EditEngine engine={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      {removing && (
        <ConfirmDialog
          open
          danger
          onOpenChange={() => setRemoving(undefined)}
          title={`Remove ${removing.name}?`}
          confirmLabel="Remove engine"
          typeToConfirm={removing.name}
          onConfirm={async () => {
            await change({ method: 'DELETE', path: `/api/engines/${removing.id}` });
          }}
        >
          The console forgets the engine, its keys and the grants on it. Nothing on the engine itself changes; its
          containers keep running. What was done on it stays in the trail.
        </ConfirmDialog>
      )}
    </>
  );
}
