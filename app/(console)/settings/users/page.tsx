import type { Metadata } from 'next';
import { UsersPage } from '#components/settings/users/users-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Users' };

export default async function Page() {
  await requireConsole('console.users');
  return <UsersPage />;
}
