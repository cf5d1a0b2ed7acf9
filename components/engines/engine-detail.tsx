'use client';
import { Server } from 'lucide-react';
import { accessTab, ObjectAccess } from '#components/access/access-tab.tsx';
import { historyTab, ObjectHistory } from '#components/audit/history-tab.tsx';
import { EngineState } from '#components/fleet/engine-state.tsx';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { useEngine, useEngines } from '#components/live/inventory-store.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { TabLinks } from '#components/ui/tabs.tsx';
import type { EngineStatus } from '#lib/shared/inventory.ts';
import type { ConsoleOperation, EngineOperation } from '#lib/shared/operations.ts';
import { EngineDisk } from './engine-disk.tsx';
import { EngineEvents } from './engine-events.tsx';
import { EngineInfo } from './engine-info.tsx';

const tabs: readonly { id: string; label: string; needs?: EngineOperation; needsConsole?: ConsoleOperation }[] = [
  { id: '', label: 'Info', needs: 'system.info' },
  { id: 'events', label: 'Events', needs: 'system.events' },
  { id: 'disk', label: 'Disk use', needs: 'system.df' },
  historyTab,
  accessTab,
];

/** The page of one engine; `asked` may be an old name. */
export function EngineDetail({ asked, tab }: { asked: string; tab: string }) {
  const engine = useEngine(asked);
  const engines = useEngines();
  const { may, mayConsole } = useCapabilities();
  if (!engines) return <SkeletonRows />;
  if (!engine)
    return (
      <EmptyState icon={Server} title={`There is no engine “${asked}”`}>
        It was removed or renamed, or your role does not reach it.
      </EmptyState>
    );
  const base = `/engines/${encodeURIComponent(engine.name)}`;
  const links = tabs
    .filter(
      ({ needs, needsConsole }) => (!needs || may(engine.name, needs)) && (!needsConsole || mayConsole(needsConsole)),
    )
    .map(({ id, label }) => ({ href: id ? `${base}/${id}` : base, label }));
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        crumbs={[{ href: '/', label: 'Fleet' }]}
        title={engine.name}
        meta={
          <>
            <EngineState engine={engine} />
            {engine.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </>
        }
      />
      <TabLinks label={`${engine.name}: views`} tabs={links} current={tab ? `${base}/${tab}` : base} />
      <Trouble engine={engine} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <div tabIndex={0} className="flex min-h-0 flex-1 flex-col overflow-y-auto outline-none">
        <Panel engine={engine} tab={tab} />
      </div>
    </div>
  );
}

function Panel({ engine, tab }: { engine: EngineStatus; tab: string }) {
  if (tab === 'events') return <EngineEvents key={engine.name} engine={engine.name} />;
  if (tab === 'history') return <ObjectHistory engine={engine.name} />;
  if (tab === 'access') return <ObjectAccess engine={engine.name} name={engine.name} />;
  if (tab === 'disk') return <EngineDisk engine={engine.name} />;
  return <EngineInfo engine={engine} />;
}

function Trouble({ engine }: { engine: EngineStatus }) {
  if (engine.state === 'live') return null;
  return (
    <Banner tone={engine.state === 'connecting' ? 'info' : 'warn'}>
      {engine.problem ??
        (engine.state === 'connecting' ? 'It is being asked for the first time.' : 'It does not answer.')}
      {engine.asOf !== undefined && (
        <>
          {' '}
          What is shown is of <RelativeTime at={engine.asOf} />.
        </>
      )}
    </Banner>
  );
}
