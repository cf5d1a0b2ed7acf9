import type { Metadata } from 'next';
import { TeamsPage } from '#components/settings/teams/teams-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Teams' };

export default async function Page() {
  await requireConsole('console.users');
  return <TeamsPage />;
}
