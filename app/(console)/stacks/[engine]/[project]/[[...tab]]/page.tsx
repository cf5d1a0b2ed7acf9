import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { StackDetail } from '#components/stacks/stack-detail.tsx';
import { decodeSegment, readTab } from '#lib/shared/address.ts';

interface Props {
  params: Promise<{ engine: string; project: string; tab?: string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeSegment((await params).project) };
}

export default async function Page({ params }: Props) {
  const { engine, project, tab: segments } = await params;
  const tab = readTab(segments, ['logs']);
  if (tab === undefined) notFound();
  return <StackDetail engine={decodeSegment(engine)} project={decodeSegment(project)} tab={tab} />;
}
