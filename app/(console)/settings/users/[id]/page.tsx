import type { Metadata } from 'next';
import { UserPage } from '#components/settings/users/user-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'User' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireConsole('console.users');
  const { id } = await params;
  return <UserPage id={decodeURIComponent(id)} />;
}
