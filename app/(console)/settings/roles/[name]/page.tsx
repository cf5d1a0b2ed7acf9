import type { Metadata } from 'next';
import { RolePage } from '#components/settings/roles/role-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Role' };

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  await requireConsole('console.grants');
  const { name } = await params;
  return <RolePage name={decodeURIComponent(name)} />;
}
