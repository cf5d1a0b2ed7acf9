import type { Metadata } from 'next';
import { RolesPage } from '#components/settings/roles/roles-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Roles' };

export default async function Page() {
  await requireConsole('console.grants');
  return <RolesPage />;
}
