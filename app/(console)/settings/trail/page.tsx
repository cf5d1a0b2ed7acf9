import type { Metadata } from 'next';
import { TrailPage } from '#components/settings/trail/trail-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Retention & sinks' };

export default async function Page() {
  await requireConsole('console.settings');
  return <TrailPage />;
}
