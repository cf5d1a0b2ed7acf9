'use client';
import { X } from 'lucide-react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { Button } from '#components/ui/button.tsx';
import { refusal, useRunner } from './action-runner.tsx';
import type { Resource, ResourceRow } from './descriptor.ts';

/** What can be done to the chosen rows; each button says for how many of them it works. */
export function BulkBar<R extends ResourceRow>(props: {
  resource: Resource<R>;
  rows: readonly R[];
  onClear: () => void;
}) {
  const { resource, rows, onClear } = props;
  const { run } = useRunner();
  const capabilities = useCapabilities();
  const offered = resource.actions.flatMap((action) => {
    if (action.kind !== 'job' || !action.bulk) return [];
    const count = rows.filter((row) => !refusal(action, row, capabilities)).length;
    return count > 0 ? [{ action, count }] : [];
  });
  return (
    <div
      role="toolbar"
      aria-label={`${rows.length} selected`}
      className="flex min-h-9 flex-wrap items-center gap-1 rounded-md bg-selected px-2 py-1"
    >
      <span className="mr-1 font-medium text-xs" aria-live="polite">
        {rows.length} selected
      </span>
      {offered.map(({ action, count }) => (
        <Button
          key={action.id}
          tone="quiet"
          size="sm"
          className={action.danger ? 'text-bad hover:text-bad' : 'text-ink'}
          onClick={() => run(resource, action, rows)}
        >
          <action.icon aria-hidden="true" />
          {action.label}
          {count < rows.length && <span className="text-ink-faint">{count}</span>}
        </Button>
      ))}
      {offered.length === 0 && (
        <span className="text-ink-soft text-xs">Nothing can be done to all of these at once.</span>
      )}
      <Button tone="quiet" size="icon" aria-label="Clear the selection" className="ml-auto" onClick={onClear}>
        <X />
      </Button>
    </div>
  );
}
