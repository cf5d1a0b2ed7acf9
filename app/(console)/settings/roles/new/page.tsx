import type { Metadata } from 'next';
import { NewRolePage } from '#components/settings/roles/role-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'New role' };

export default async function Page({ searchParams }: { searchParams: Promise<{ from?: string | string[] }> }) {
  await requireConsole('console.grants');
  const { from } = await searchParams;
  return <NewRolePage from={typeof from === 'string' ? from : undefined} />;
}
