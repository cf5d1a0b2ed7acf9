import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EngineDetail } from '#components/engines/engine-detail.tsx';
import { decodeSegment, readTab } from '#lib/shared/address.ts';

interface Props {
  params: Promise<{ engine: string; tab?: string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeSegment((await params).engine) };
}

export default async function Page({ params }: Props) {
  const { engine, tab: segments } = await params;
  const tab = readTab(segments, ['events', 'disk', 'history', 'access']);
  if (tab === undefined) notFound();
  return <EngineDetail asked={decodeSegment(engine)} tab={tab} />;
}
