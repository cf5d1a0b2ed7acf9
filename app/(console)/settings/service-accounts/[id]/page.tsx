import type { Metadata } from 'next';
import { ServiceAccountPage } from '#components/settings/users/user-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Service account' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireConsole('console.users');
  const { id } = await params;
  return <ServiceAccountPage id={decodeURIComponent(id)} />;
}
