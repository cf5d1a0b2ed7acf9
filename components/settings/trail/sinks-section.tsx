'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import type { SinkConfig, SinkState } from '#lib/shared/trail.ts';
import { RowButtons } from '../plain-table.tsx';
import { Section } from '../section.tsx';
import { orToast, useApiChange } from '../use-api.ts';
import { EditSink } from './edit-sink.tsx';
import { placeOf, type TrailAnswer, useTrailChange } from './trail-data.ts';

/** Where each record is told as it is stored, and how that goes. */
export function SinksSection({ answer, onRefresh }: { answer: TrailAnswer; onRefresh: () => void }) {
  const { sinks } = answer.settings;
  const [editing, setEditing] = useState<SinkConfig | 'new'>();
  const [removing, setRemoving] = useState<SinkConfig>();
  const change = useTrailChange();
  return (
    <Section
      title="Live sinks"
      intro="Each record is told as it is stored, begin and end, with its place in the chain. A sink that is away gets what it missed later: up to 10,000 records wait in memory, then the newest are left out and counted."
      actions={
        <>
          {sinks.length > 0 && <Button onClick={onRefresh}>Refresh</Button>}
          <Button onClick={() => setEditing('new')} disabled={sinks.length >= 10}>
            <Plus /> Add sink
          </Button>
        </>
      }
    >
      {sinks.length === 0 ? (
        <p className="rounded-md border border-dashed px-4 py-6 text-center text-ink-soft">
          None. A file, a syslog receiver or a webhook keeps a copy that nobody can change here.
        </p>
      ) : (
        <ul className="divide-y rounded-md border">
          {sinks.map((sink) => (
            <SinkLine
              key={sink.id}
              sink={sink}
              state={answer.sinks.find(({ id }) => id === sink.id)}
              onEdit={() => setEditing(sink)}
              onRemove={() => setRemoving(sink)}
            />
          ))}
        </ul>
      )}
      {editing && (
        <EditSink sink={editing === 'new' ? undefined : editing} sinks={sinks} onClose={() => setEditing(undefined)} />
      )}
      {removing && (
        <ConfirmDialog
          open
          danger
          onOpenChange={() => setRemoving(undefined)}
          title={`Remove the sink ${removing.name}?`}
          confirmLabel="Remove"
          onConfirm={() => change({ sinks: sinks.filter(({ id }) => id !== removing.id) })}
        >
          Nothing more is told there. What waits for it is lost to it; the trail itself keeps everything.
        </ConfirmDialog>
      )}
    </Section>
  );
}

function SinkLine(props: { sink: SinkConfig; state?: SinkState; onEdit: () => void; onRemove: () => void }) {
  const { sink, state, onEdit, onRemove } = props;
  const change = useApiChange(['/api/trail']);
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    const path = `/api/trail/sinks/${sink.id}/test` as const;
    await orToast(change({ method: 'POST', path }), `A test record has arrived at ${sink.name}.`);
    setBusy(false);
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2">
      <div className="min-w-0 flex-1 basis-64">
        <div className="flex items-center gap-2">
          <span className="font-medium">{sink.name}</span>
          <SinkBadge state={state} />
        </div>
        <code className="block truncate font-mono text-ink-soft text-xs">{placeOf(sink)}</code>
        {state?.lastError && (
          <p className="break-words text-bad text-xs">
            {state.lastError}
            {state.lastErrorAt !== undefined && (
              <>
                {' '}
                (<RelativeTime at={state.lastErrorAt} />)
              </>
            )}
          </p>
        )}
      </div>
      <div className="text-ink-soft text-xs tabular-nums">
        {state?.lastDeliveredAt === undefined ? (
          'Nothing delivered yet'
        ) : (
          <>
            Last delivered <RelativeTime at={state.lastDeliveredAt} />
          </>
        )}
        <br />
        {(state?.queued ?? 0).toLocaleString('en')} waiting
        {state !== undefined && state.dropped > 0 && `, ${state.dropped.toLocaleString('en')} left out`}
      </div>
      <div className="flex">
        <Button size="sm" busy={busy} onClick={() => void test()}>
          Send a test record
        </Button>
        <RowButtons onEdit={onEdit} onRemove={onRemove} />
      </div>
    </li>
  );
}

function SinkBadge({ state }: { state?: SinkState }) {
  const failing = (state?.lastErrorAt ?? 0) > (state?.lastDeliveredAt ?? 0) || (state?.lastError && !state.lastErrorAt);
  if (failing) return <Badge tone="bad">failing</Badge>;
  return state?.lastDeliveredAt === undefined ? <Badge tone="plain">idle</Badge> : <Badge tone="ok">delivering</Badge>;
}
