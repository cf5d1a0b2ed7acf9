import type { Metadata } from 'next';
import { TeamPage } from '#components/settings/teams/team-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Team' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireConsole('console.users');
  const { id } = await params;
  return <TeamPage id={decodeURIComponent(id)} />;
}
