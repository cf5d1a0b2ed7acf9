import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ContainerDetail } from '#components/containers/container-detail.tsx';
import { decodeSegment, readTab } from '#lib/shared/address.ts';

interface Props {
  params: Promise<{ engine: string; reference: string; tab?: string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeSegment((await params).reference) };
}

export default async function Page({ params }: Props) {
  const { engine, reference, tab: segments } = await params;
  const tab = readTab(segments, ['logs', 'exec', 'stats', 'top', 'inspect', 'history', 'access']);
  if (tab === undefined) notFound();
  return <ContainerDetail engine={decodeSegment(engine)} reference={decodeSegment(reference)} tab={tab} />;
}
