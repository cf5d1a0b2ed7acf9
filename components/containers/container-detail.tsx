'use client';
import { Lock } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { accessTab, ObjectAccess } from '#components/access/access-tab.tsx';
import { historyTab, ObjectHistory } from '#components/audit/history-tab.tsx';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { useObject } from '#components/live/use-object.ts';
import { LogsOfContainer } from '#components/logs/logs-of-container.tsx';
import { DetailFrame, type DetailTab } from '#components/resource/detail-frame.tsx';
import { ObjectNotes } from '#components/resource/object-notes.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { ContainerOverview } from './container-overview.tsx';
import { ContainerTop } from './container-top.tsx';
import { containers } from './containers.tsx';
import { inspectVersion } from './use-inspect.ts';

const loading = () => <SkeletonRows />;
const TerminalPanel = dynamic(() => import('#components/terminal/terminal-panel.tsx').then((m) => m.TerminalPanel), {
  ssr: false,
  loading,
});
const ContainerStatsPanel = dynamic(
  () => import('#components/charts/container-stats.tsx').then((m) => m.ContainerStatsPanel),
  { ssr: false, loading },
);
const InspectPanel = dynamic(() => import('#components/inspect/inspect-panel.tsx').then((m) => m.InspectPanel), {
  ssr: false,
  loading,
});

export const containerTabs = [
  { id: '', label: 'Overview', needs: 'container.inspect' },
  { id: 'logs', label: 'Logs', needs: 'container.logs' },
  { id: 'exec', label: 'Terminal', needs: 'exec.create' },
  { id: 'stats', label: 'Stats', needs: 'container.stats' },
  { id: 'top', label: 'Processes', needs: 'container.top' },
  { id: 'inspect', label: 'Inspect', needs: 'container.inspect' },
  historyTab,
  accessTab,
] as const satisfies readonly DetailTab[];

const names = (row: ContainerRow) => [row.name];

/** The page of one container: `reference` is its name, its id or the beginning of it. */
export function ContainerDetail({ engine, reference, tab }: { engine: string; reference: string; tab: string }) {
  const object = useObject('container', engine, reference, names);
  const { row } = object;
  const router = useRouter();
  const base = `/engines/${encodeURIComponent(object.engine)}/containers/${encodeURIComponent(reference)}`;
  const renamed = object.renamedFrom === reference ? row?.name : undefined;
  // The old name may soon be somebody else's: the address follows the object.
  useEffect(() => {
    if (renamed === undefined) return;
    const path = `/engines/${encodeURIComponent(object.engine)}/containers/${encodeURIComponent(renamed)}`;
    window.history.replaceState(null, '', `${tab ? `${path}/${tab}` : path}${window.location.search}`);
  }, [renamed, object.engine, tab]);
  // Kept warm: the next tab is one key away.
  useEffect(() => router.prefetch(`${base}/logs`), [router, base]);
  return (
    <DetailFrame
      resource={containers}
      engine={object.engine}
      reference={reference}
      row={row}
      gone={object.goneAt !== undefined}
      lost={object.lost}
      tabs={containerTabs}
      tab={tab}
      base={base}
    >
      {row && (
        <div className="flex h-full min-h-0 flex-col">
          <ObjectNotes noun="container" name={row.name} {...object} />
          <Panel row={row} tab={tab} />
        </div>
      )}
    </DetailFrame>
  );
}

const tabOf = (id: string): DetailTab | undefined => containerTabs.find((each) => each.id === id);

function Panel({ row, tab }: { row: ContainerRow; tab: string }) {
  const { may } = useCapabilities();
  const needs = tabOf(tab)?.needs;
  // The address can be typed; the tab is not offered.
  if (needs && !may(row.engine, needs))
    return (
      <EmptyState icon={Lock} title="Not for your role">
        Your role on {row.engine} does not allow {needs}. An administrator can give you one that does.
      </EmptyState>
    );
  const running = row.state === 'running' || row.state === 'paused';
  switch (tab) {
    case 'logs':
      return (
        <LogsOfContainer engine={row.engine} id={row.id} name={row.name} runKey={`${row.state}${row.startedAt}`} />
      );
    case 'exec':
      return (
        <TerminalPanel
          key={row.id}
          engine={row.engine}
          container={row.id}
          running={running}
          canAttach={may(row.engine, 'container.attach')}
        />
      );
    case 'stats':
      return <ContainerStatsPanel key={row.id} engine={row.engine} container={row.id} running={running} />;
    case 'history':
      return <ObjectHistory engine={row.engine} object={row.id} name={row.name} />;
    case 'access':
      return <ObjectAccess engine={row.engine} kind="container" object={row.id} name={row.name} />;
    case 'top':
      return <ContainerTop row={row} running={running} />;
    case 'inspect':
      return (
        <InspectPanel
          engine={row.engine}
          path={`/containers/${encodeURIComponent(row.id)}/json`}
          label={row.name}
          version={inspectVersion(row)}
        />
      );
    default:
      return <ContainerOverview row={row} />;
  }
}
