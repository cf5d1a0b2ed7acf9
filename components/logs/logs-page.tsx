'use client';
import { FileText, Plus, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { useRows } from '#components/live/inventory-store.ts';
import { Button } from '#components/ui/button.tsx';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { cn } from '#components/ui/cn.ts';
import { Dialog } from '#components/ui/dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Input } from '#components/ui/input.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { StateDot } from '#components/ui/state-dot.tsx';
import { formatCount } from '#lib/shared/format.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { sourceColour } from './log-row.tsx';
import { LogViewer } from './log-viewer.tsx';
import { useLogView } from './use-log-view.ts';

export const sourcesMax = 50;

/** Any containers over all engines in one view; which ones stands in the address. */
export function LogsPage() {
  const [view, change] = useLogView();
  const rows = useRows('container');
  const [choosing, setChoosing] = useState(false);
  const several = new Set(view.sources.map(({ engine }) => engine)).size > 1;
  // By value: the view changes with every letter of the search, its sources hardly ever.
  const key = JSON.stringify(view.sources);
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const sources = useMemo(
    () =>
      view.sources.map((source) => ({
        ...source,
        label: several ? `${source.engine}/${source.container}` : source.container,
      })),
    [key, several],
  );
  const remove = (at: number) => change({ sources: view.sources.filter((_, i) => i !== at) });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        title="Logs"
        meta={
          <ul className="flex min-w-0 flex-wrap gap-1">
            {sources.map((source, i) => (
              <li
                key={`${source.engine}/${source.container}`}
                className="flex h-6 max-w-56 items-center gap-1 rounded-md bg-idle-bg pl-2 text-xs"
              >
                <span className={cn('truncate font-mono', sourceColour(i))}>{source.label}</span>
                <button
                  type="button"
                  aria-label={`Leave out ${source.label}`}
                  onClick={() => remove(i)}
                  className="grid size-5 place-items-center text-ink-faint hover:text-ink"
                >
                  <X className="size-3" />
                </button>
              </li>
            ))}
          </ul>
        }
        actions={
          <Button size="sm" tone={sources.length === 0 ? 'primary' : 'plain'} onClick={() => setChoosing(true)}>
            <Plus />
            Containers
          </Button>
        }
      />
      {sources.length === 0 ? (
        <EmptyState
          icon={FileText}
          title="Several logs in one view"
          action={
            <Button tone="primary" onClick={() => setChoosing(true)}>
              Choose containers
            </Button>
          }
        >
          Lines of the containers that you choose, of any engine, in the order of their times. The address keeps the
          choice: send it to a colleague or keep it as a bookmark.
        </EmptyState>
      ) : (
        <LogViewer sources={sources} view={view} onView={change} />
      )}
      {choosing && (
        <Chooser
          rows={rows ?? []}
          chosen={view.sources}
          onClose={() => setChoosing(false)}
          onChoose={(next) => {
            change({ sources: next });
            setChoosing(false);
          }}
        />
      )}
    </div>
  );
}

type Source = { engine: string; container: string };
const keyOf = ({ engine, container }: Source) => `${engine}/${container}`;
const shownMax = 300;

function Chooser(props: {
  rows: readonly ContainerRow[];
  chosen: readonly Source[];
  onChoose: (sources: Source[]) => void;
  onClose: () => void;
}) {
  const { may } = useCapabilities();
  const [picked, setPicked] = useState<ReadonlyMap<string, Source>>(
    new Map(props.chosen.map((source) => [keyOf(source), source])),
  );
  const [filter, setFilter] = useState('');
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = props.rows
    .filter((row) => may(row.engine, 'container.logs'))
    .filter((row) => {
      const text = `${row.engine}/${row.name} ${row.image} ${row.project ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort(
      (a, b) =>
        Number(b.state === 'running') - Number(a.state === 'running') ||
        a.engine.localeCompare(b.engine) ||
        a.name.localeCompare(b.name),
    );
  const toggle = (row: ContainerRow) => {
    const source = { engine: row.engine, container: row.name };
    const next = new Map(picked);
    if (!next.delete(keyOf(source)) && next.size < sourcesMax) next.set(keyOf(source), source);
    setPicked(next);
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && props.onClose()}
      title="Containers in this view"
      footer={
        <>
          <span className="mr-auto self-center text-ink-faint text-xs">
            {formatCount(picked.size, 'container')} of at most {sourcesMax}
          </span>
          <Button onClick={() => setPicked(new Map())} disabled={picked.size === 0}>
            None
          </Button>
          <Button tone="primary" onClick={() => props.onChoose([...picked.values()])}>
            Show
          </Button>
        </>
      }
    >
      <Input
        autoFocus
        aria-label="Filter the containers"
        placeholder="Filter by name, engine, image or stack"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <ul className="mt-2 max-h-[46vh] overflow-y-auto">
        {found.slice(0, shownMax).map((row) => (
          <li key={`${row.engine}/${row.id}`}>
            <label
              htmlFor={`log-source-${row.engine}-${row.id}`}
              className="flex h-8 cursor-pointer items-center gap-2.5 rounded-sm px-1.5 hover:bg-hover"
            >
              <Checkbox
                id={`log-source-${row.engine}-${row.id}`}
                checked={picked.has(keyOf({ engine: row.engine, container: row.name }))}
                onChange={() => toggle(row)}
              />
              <StateDot
                shape={row.state === 'running' ? 'solid' : 'ring'}
                tone={row.state === 'running' ? 'ok' : 'idle'}
                word={row.state}
                hideWord
              />
              <span className="min-w-0 flex-1 truncate">{row.name}</span>
              <span className="truncate text-ink-faint text-xs">{row.engine}</span>
            </label>
          </li>
        ))}
        {found.length > shownMax && (
          <li className="px-1.5 py-1 text-ink-faint">and {found.length - shownMax} more: type to find them</li>
        )}
        {found.length === 0 && <li className="px-1.5 py-3 text-ink-faint">No container has that.</li>}
      </ul>
    </Dialog>
  );
}
