import type { Metadata } from 'next';
import { GrantsPage } from '#components/settings/grants/grants-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Grants' };

export default async function Page() {
  await requireConsole('console.grants');
  return <GrantsPage />;
}
