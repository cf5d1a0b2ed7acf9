import type { Metadata } from 'next';
import { EnginesPage } from '#components/settings/engines/engines-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Engines' };

export default async function Page() {
  await requireConsole('console.engines');
  return <EnginesPage />;
}
