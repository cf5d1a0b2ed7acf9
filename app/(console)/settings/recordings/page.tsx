import type { Metadata } from 'next';
import { RecordingsPage } from '#components/settings/recordings/recordings-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Recordings' };

export default async function Page() {
  await requireConsole('console.recordings');
  return <RecordingsPage />;
}
