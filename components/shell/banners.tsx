'use client';
import Link from 'next/link';
import { useEngines, useInventory } from '#components/live/inventory-store.ts';
import { Banner } from '#components/ui/banner.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { formatCount } from '#lib/shared/format.ts';
import type { EngineStatus } from '#lib/shared/inventory.ts';
import { useFrame } from './frame-store.ts';

const singleMax = 2;

/** What concerns every page: the lost connection, and engines that do not answer, each with the age of what is shown. */
export function Banners() {
  return (
    <>
      <LinkBanner />
      <EngineBanners />
    </>
  );
}

function LinkBanner() {
  const link = useInventory((state) => state.link);
  const lostAt = useInventory((state) => state.lostAt);
  const problem = useInventory((state) => state.problem);
  const ended = useFrame((state) => state.ended);
  // The dialog over the page says more.
  if (ended !== undefined) return null;
  if (link === 'lost')
    return (
      <Banner tone="bad">
        No connection to the console. What is shown is of <RelativeTime at={lostAt} />; it is being tried again.
      </Banner>
    );
  if (problem) return <Banner tone="warn">What is shown may be out of date: {problem}</Banner>;
  return null;
}

function EngineBanners() {
  const engines = useEngines() ?? [];
  const bad = engines.filter(({ state }) => state === 'stale' || state === 'down');
  if (bad.length > singleMax)
    return (
      <Banner tone="warn">
        {formatCount(bad.length, 'engine does', 'engines do')} not answer:{' '}
        {bad.map((engine, index) => (
          <span key={engine.id}>
            {index > 0 && ', '}
            <EngineLink engine={engine} />
          </span>
        ))}
        . What is shown of them is old.
      </Banner>
    );
  return bad.map((engine) => (
    <Banner key={engine.id} tone="warn">
      <EngineLink engine={engine} /> does not answer.{' '}
      {engine.asOf === undefined ? (
        'Nothing is known of it yet.'
      ) : (
        <>
          What is shown of it is of <RelativeTime at={engine.asOf} />.
        </>
      )}{' '}
      <span className="text-ink-soft">{engine.problem}</span>{' '}
      {engine.hostKey && (
        <Link href="/settings/engines" className="underline">
          Check its host key
        </Link>
      )}
    </Banner>
  ));
}

function EngineLink({ engine }: { engine: EngineStatus }) {
  return (
    <Link href={`/engines/${encodeURIComponent(engine.name)}`} className="font-medium hover:underline">
      {engine.name}
    </Link>
  );
}
