'use client';
import { Plus, Server } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { useEngines } from '#components/live/inventory-store.ts';
import { QueryScope } from '#components/live/query-scope.tsx';
import { buttonClass } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { formatCount } from '#lib/shared/format.ts';
import type { EngineStatus } from '#lib/shared/inventory.ts';
import { EngineCard } from './engine-card.tsx';
import { useEngineStats } from './use-engine-stats.ts';

/** Whoever holds these sets the console up. */
const startNeeds = ['console.users', 'console.grants', 'console.settings'] as const;

// For administrators alone, and only until it is done: nobody else loads it.
const GettingStarted = dynamic(() => import('./getting-started.tsx').then((module) => module.GettingStarted), {
  ssr: false,
});

/** Every engine at a glance. */
export function FleetPage() {
  const engines = useEngines();
  const { mayConsole } = useCapabilities();
  const stats = useEngineStats((engines ?? []).filter(({ state }) => state === 'live').map(({ name }) => name));
  const add = mayConsole('console.engines') && (
    <Link
      href="/settings/engines"
      className={buttonClass({ size: 'sm', tone: engines?.length === 0 ? 'primary' : 'plain' })}
    >
      <Plus aria-hidden="true" />
      Add an engine
    </Link>
  );
  return (
    <>
      <PageHeader
        title="Fleet"
        meta={engines && <span className="text-ink-faint text-xs">{summary(engines)}</span>}
        actions={engines?.length !== 0 && add}
      />
      {startNeeds.every(mayConsole) && (
        <QueryScope>
          <GettingStarted />
        </QueryScope>
      )}
      {engines === undefined && <SkeletonRows />}
      {engines?.length === 0 && (
        <EmptyState icon={Server} title={add ? 'No engine yet' : 'You see no engine'} action={add}>
          {add
            ? 'Add the Docker engine of this machine (unix:///var/run/docker.sock), or one that answers over TLS or SSH.'
            : 'Nobody has given you a role on one yet. An administrator can.'}
        </EmptyState>
      )}
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-3 px-3 pb-6 sm:grid-cols-[repeat(auto-fill,minmax(310px,1fr))] sm:px-4">
        {engines?.map((engine) => (
          <EngineCard key={engine.id} engine={engine} stats={stats.get(engine.name)} />
        ))}
      </ul>
    </>
  );
}

function summary(engines: readonly EngineStatus[]): string {
  const live = engines.filter(({ state }) => state === 'live').length;
  const running = engines.reduce((sum, { counts }) => sum + (counts?.running ?? 0), 0);
  const count = formatCount(engines.length, 'engine');
  return [
    live === engines.length ? count : `${live} of ${count} live`,
    `${formatCount(running, 'container')} running`,
  ].join(' · ');
}
